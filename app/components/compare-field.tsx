import { BlockStack, Button, Form, Text, TextField } from '@shopify/polaris';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '#app/i18n/format.tsx';
import { formatDay, type Day } from '#app/rfm/calendar.ts';

type CompareFieldProps = {
  /** The days that can be compared with, ends included; none when `last` is before `first`. */
  days: { first: Day; last: Day };
  /** The day that is compared with, null for none. */
  day: Day | null;
  /** A day was asked for that is none of them. */
  outside: boolean;
  /** Asks for a day as it was typed, or for none. */
  onCompare: (day: string | null) => void;
};

/** Chooses the earlier day that the grid is compared with. */
export function CompareField({ days, day, outside, onCompare }: CompareFieldProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const id = useId();
  const shown = day === null ? '' : formatDay(day);
  // What was typed belongs to the comparison it was typed over: the next one shows its own day.
  const [typed, setTyped] = useState({ text: shown, over: day });
  const value = typed.over === day ? typed.text : shown;
  if (days.last < days.first) {
    return <Text as="p">{t('grid.compare.notYet', { day: format.day(days.first) })}</Text>;
  }
  const stop = () => {
    onCompare(null);
    // The button that was pressed goes away.
    document.getElementById(id)?.focus();
  };
  return (
    <Form noValidate onSubmit={() => onCompare(value)}>
      <BlockStack gap="100" inlineAlign="start">
        <TextField
          id={id}
          type="date"
          label={t('grid.compare.label')}
          autoComplete="off"
          min={formatDay(days.first)}
          max={formatDay(days.last)}
          value={value}
          onChange={(text) => setTyped({ text, over: day })}
          connectedRight={<Button submit>{t('grid.compare.show')}</Button>}
          {...(outside && {
            error: t('grid.compare.outside', { first: format.day(days.first), last: format.day(days.last) }),
          })}
        />
        {day !== null && (
          <Button variant="plain" onClick={stop}>
            {t('grid.compare.stop')}
          </Button>
        )}
      </BlockStack>
    </Form>
  );
}

import { BlockStack, Button, Form, InlineError, Text, TextField } from '@shopify/polaris';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '#app/i18n/format.tsx';
import { formatDay, type Day } from '#app/rfm/calendar.ts';

type CompareFieldProps = {
  /** The days that can be compared with, ends included; none when `last` is before `first`. */
  days: { first: Day; last: Day };
  /** The date that was asked for last, '' for none. */
  asked: string;
  /** It is none of the days. */
  outside: boolean;
  /** Asks for a day as it was typed, or for none. */
  onCompare: (day: string | null) => void;
};

/** Chooses the earlier day that the grid is compared with. */
export function CompareField({ days, asked, outside, onCompare }: CompareFieldProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const id = useId();
  // What was typed belongs to the date it was typed over: the next one that is asked for shows itself.
  const [typed, setTyped] = useState({ text: asked, over: asked });
  const value = typed.over === asked ? typed.text : asked;
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
          onChange={(text) => setTyped({ text, over: asked })}
          connectedRight={<Button submit>{t('grid.compare.show')}</Button>}
          error={outside}
        />
        {outside && (
          <InlineError
            fieldID={id}
            message={t('grid.compare.outside', {
              first: format.day(days.first),
              last: format.day(days.last),
            })}
          />
        )}
        {(asked !== '' || outside) && (
          <Button variant="plain" onClick={stop}>
            {t('grid.compare.stop')}
          </Button>
        )}
      </BlockStack>
    </Form>
  );
}

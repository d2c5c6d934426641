import { Form } from '@remix-run/react';
import { Button, Card, InlineStack, TextField } from '@shopify/polaris';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '#app/i18n/format.tsx';
import { formatDay } from '#app/rfm/calendar.ts';
import type { DayProblem, History } from '#app/rfm/compared-days.ts';
import './moves.css';

type ComparedDaysFormProps = {
  /** What is asked for, as dates or as whatever the address says. */
  from: string;
  to: string;
  history: History;
  problems: { from: DayProblem | null; to: DayProblem | null };
  /** What else of the address stays. */
  kept: Record<string, string>;
  loading: boolean;
};

/** Two days of the history; sent, they are in the address. */
export function ComparedDaysForm({ history, problems, kept, loading, ...asked }: ComparedDaysFormProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const [days, setDays] = useState({ from: asked.from, to: asked.to });
  const field = (name: 'from' | 'to') => {
    const problem = problems[name];
    return (
      <div className="rk-day">
        <TextField
          type="date"
          name={name}
          label={t(`moves.days.${name}`)}
          value={days[name]}
          onChange={(value) => setDays((old) => ({ ...old, [name]: value }))}
          min={formatDay(history.first)}
          max={formatDay(history.last)}
          autoComplete="off"
          {...(problem === null
            ? {}
            : {
                error: t(`moves.days.${problem}`, {
                  first: format.day(history.first),
                  last: format.day(history.last),
                }),
              })}
        />
      </div>
    );
  };
  return (
    <Card>
      {/* Our own words say what is wrong with a day, the browser's would not know the history. */}
      <Form method="get" noValidate>
        {Object.entries(kept).map(([name, value]) => (
          <input type="hidden" key={name} name={name} value={value} />
        ))}
        <InlineStack gap="400" blockAlign="start">
          {field('from')}
          {field('to')}
          <div className="rk-show">
            <Button submit size="large" loading={loading}>
              {t('moves.days.show')}
            </Button>
          </div>
        </InlineStack>
      </Form>
    </Card>
  );
}

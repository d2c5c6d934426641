import { BlockStack, Card, Text } from '@shopify/polaris';
import { useTranslation } from 'react-i18next';
import type { Interval } from '#app/campaigns/proportions.ts';
import { useFormat } from '#app/i18n/format.tsx';
import type { Day } from '#app/rfm/calendar.ts';
import './proof.css';

/** What a look at a day said of profit per customer. */
export type CoursePoint = { day: Day; final: boolean; profit: Interval | null };

const WIDTH = 480;
const HEIGHT = 140;
const EDGE = 8;

/** How the difference of profit and its interval went from day to day, with the numbers as a table beneath. */
export function ResultCourse({ points }: { points: readonly CoursePoint[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const known = points.filter((point): point is CoursePoint & { profit: Interval } => point.profit !== null);
  if (known.length < 2) return null;
  const money = (value: number) => format.money(Math.round(value));
  // The first days know nearly nothing: drawn is what lies within four times the last interval.
  const last = known.at(-1)!;
  const reach = 2 * (last.profit.high - last.profit.low);
  const least = Math.min(0, Math.max(last.profit.low - reach, Math.min(...known.map((p) => p.profit.low))));
  const most = Math.max(0, Math.min(last.profit.high + reach, Math.max(...known.map((p) => p.profit.high))));
  const x = (day: Day) =>
    EDGE + ((day - known[0]!.day) / Math.max(1, last.day - known[0]!.day)) * (WIDTH - 2 * EDGE);
  const y = (value: number) => {
    const within = Math.min(most, Math.max(least, value));
    return most === least ? HEIGHT / 2 : EDGE + ((most - within) / (most - least)) * (HEIGHT - 2 * EDGE);
  };
  const place = (day: Day, value: number) => `${x(day).toFixed(1)},${y(value).toFixed(1)}`;
  const band = [
    ...known.map(({ day, profit }) => place(day, profit.high)),
    ...known.toReversed().map(({ day, profit }) => place(day, profit.low)),
  ];
  return (
    <Card>
      <BlockStack gap="300">
        <Text as="h2" variant="headingMd">
          {t('campaignResult.course.title')}
        </Text>
        <figure className="rk-proof" aria-label={t('campaignResult.course.title')}>
          <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} aria-hidden="true">
            <polygon className="rk-proof-band" points={band.join(' ')} />
            <line className="rk-proof-zero" x1="0" x2={WIDTH} y1={y(0)} y2={y(0)} />
            <polyline
              className="rk-proof-line"
              points={known.map(({ day, profit }) => place(day, profit.difference)).join(' ')}
            />
          </svg>
          <div className="rk-proof-ends" aria-hidden="true">
            <span>{format.day(known[0]!.day)}</span>
            <span>{format.day(last.day)}</span>
          </div>
          <details>
            <summary>{t('campaignResult.course.numbers')}</summary>
            <div className="rk-proof-scroll">
              <table>
                <thead>
                  <tr>
                    <th scope="col">{t('campaignResult.course.day')}</th>
                    <th scope="col">{t('campaignResult.low')}</th>
                    <th scope="col">{t('campaignResult.estimate')}</th>
                    <th scope="col">{t('campaignResult.high')}</th>
                  </tr>
                </thead>
                <tbody>
                  {known.map(({ day, final, profit }) => (
                    <tr key={day}>
                      <th scope="row">
                        {format.day(day)}
                        {final && ` (${t('campaignResult.final')})`}
                      </th>
                      <td>{money(profit.low)}</td>
                      <td>{money(profit.difference)}</td>
                      <td>{money(profit.high)}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          </details>
        </figure>
      </BlockStack>
    </Card>
  );
}

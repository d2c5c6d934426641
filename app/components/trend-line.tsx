import { useTranslation } from 'react-i18next';
import { useFormat } from '#app/i18n/format.tsx';
import { formatDay, type Day } from '#app/rfm/calendar.ts';
import './home.css';

type Point = { day: Day; value: number };

const WIDTH = 320;
const HEIGHT = 96;
/** Room around the line for its dots. */
const EDGE = 6;

/**
 * A line through points in time with its numbers as a table beneath. The line begins at its least value and not at
 * nothing: it shows the direction, the table the size.
 */
export function TrendLine({
  points,
  label,
  valueTitle,
  target,
  text,
}: {
  /** Two or more, the earliest first. */
  points: readonly Point[];
  /** What the line shows, in words. */
  label: string;
  /** The heading of the values in the table. */
  valueTitle: string;
  /** Drawn as a line across, null without one. */
  target: number | null;
  text: (value: number) => string;
}) {
  const { t } = useTranslation();
  const format = useFormat();
  const values = [...points.map(({ value }) => value), ...(target === null ? [] : [target])];
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const [first, last] = [points[0]!.day, points.at(-1)!.day];
  const x = (day: Day) => EDGE + ((day - first) / (last - first)) * (WIDTH - 2 * EDGE);
  const y = (value: number) =>
    most === least ? HEIGHT / 2 : HEIGHT - EDGE - ((value - least) / (most - least)) * (HEIGHT - 2 * EDGE);
  const places = points.map(({ day, value }) => [x(day).toFixed(1), y(value).toFixed(1)] as const);
  return (
    <figure className="rk-figure" aria-label={label}>
      <svg className="rk-spark" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} aria-hidden="true">
        {target !== null && (
          <line className="rk-spark-target" x1="0" x2={WIDTH} y1={y(target)} y2={y(target)} />
        )}
        <polyline points={places.map((place) => place.join()).join(' ')} />
        {places.map(([cx, cy], place) => (
          <circle key={points[place]!.day} cx={cx} cy={cy} r={place === places.length - 1 ? 4 : 2.5} />
        ))}
      </svg>
      <details className="rk-numbers">
        <summary>{t('homePage.goals.numbers')}</summary>
        <table>
          <thead>
            <tr>
              <th scope="col">{t('homePage.goals.endOf')}</th>
              <th scope="col">{valueTitle}</th>
            </tr>
          </thead>
          <tbody>
            {points.map(({ day, value }) => (
              <tr key={formatDay(day)}>
                <th scope="row">{format.day(day)}</th>
                <td>{text(value)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </figure>
  );
}

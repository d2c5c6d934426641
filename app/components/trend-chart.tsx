import { Text } from '@shopify/polaris';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '#app/i18n/format.tsx';
import type { Trend } from '#app/rfm/segment-trend.ts';
import { countAxis, linePoints, placeOn } from './chart-scale.ts';
import './segments.css';

const percent = (part: number): string => `${Math.round(part * 10_000) / 100}%`;

/**
 * How many customers a segment had at the end of each day, as a line. The keyboard and the pointer go from day to day
 * as on any slider, which lies over the drawing unseen; the number of the day is told below it. The same numbers follow as a table.
 */
export function TrendChart({ trend }: { trend: Trend }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { from, counts } = trend;
  const last = counts.length - 1;
  const [chosen, choose] = useState(last);
  const at = Math.min(chosen, last);
  const axis = countAxis(Math.min(...counts), Math.max(...counts));
  const customersOn = (i: number): string =>
    t('customers', { count: counts[i] ?? 0, n: format.count(counts[i] ?? 0) });
  const point = t('segmentPages.trend.point', { day: format.day(from + at), customers: customersOn(at) });
  return (
    <figure className="rk-trend">
      <div className="rk-trend-y" aria-hidden="true">
        {axis.marks.map((mark) => (
          <span key={mark} style={{ bottom: percent(placeOn(axis, mark)) }}>
            {format.count(mark)}
          </span>
        ))}
      </div>
      <div className="rk-trend-plot">
        <svg viewBox="0 0 100 100" preserveAspectRatio="none" aria-hidden="true">
          {axis.marks.map((mark) => {
            const y = (1 - placeOn(axis, mark)) * 100;
            return <line key={mark} className="rk-trend-mark" x1="0" x2="100" y1={y} y2={y} />;
          })}
          <polyline className="rk-trend-line" points={linePoints(counts, axis)} />
        </svg>
        <span className="rk-trend-at" style={{ insetInlineStart: percent(at / last) }}>
          <span className="rk-trend-dot" style={{ bottom: percent(placeOn(axis, counts[at] ?? 0)) }} />
        </span>
        <input
          type="range"
          min={0}
          max={last}
          value={at}
          onChange={(event) => choose(Number(event.target.value))}
          aria-label={t('segmentPages.trend.chart', { from: format.day(from), to: format.day(from + last) })}
          aria-valuetext={point}
        />
      </div>
      <div className="rk-trend-x" aria-hidden="true">
        <span>{format.day(from)}</span>
        <span>{format.day(from + last)}</span>
      </div>
      <figcaption className="rk-trend-point">
        <Text as="span" fontWeight="semibold">
          {point}
        </Text>
        {axis.from > 0 && (
          <Text as="span" tone="subdued">
            {' '}
            {t('segmentPages.trend.cut')}
          </Text>
        )}
      </figcaption>
    </figure>
  );
}

/** The numbers of the line, newest first. */
export function TrendTable({ trend: { from, counts } }: { trend: Trend }) {
  const { t } = useTranslation();
  const format = useFormat();
  const rows = counts
    .map((customers, i) => ({
      day: from + i,
      customers,
      change: i === 0 ? null : customers - (counts[i - 1] ?? 0),
    }))
    .toReversed();
  return (
    <details className="rk-trend-table">
      <summary>{t('segmentPages.trend.table')}</summary>
      <table>
        <thead>
          <tr>
            <th scope="col">{t('segmentPages.trend.day')}</th>
            <th scope="col">{t('segmentPages.trend.customers')}</th>
            <th scope="col">{t('segmentPages.trend.change')}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ day, customers, change }) => (
            <tr key={day}>
              <th scope="row">{format.day(day)}</th>
              <td>{format.count(customers)}</td>
              <td>{change === null ? '' : format.countChange(change)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  );
}

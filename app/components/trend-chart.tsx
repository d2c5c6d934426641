import { Text } from '@shopify/polaris';
import { useState, type KeyboardEvent, type PointerEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '#app/i18n/format.tsx';
import type { Trend } from '#app/rfm/segment-trend.ts';
import { countAxis, linePoints, placeOn } from './chart-scale.ts';
import './segments.css';

/** By how many days a key goes on. */
const STEPS: Record<string, number> = {
  ArrowLeft: -1,
  ArrowDown: -1,
  ArrowRight: 1,
  ArrowUp: 1,
  PageDown: -7,
  PageUp: 7,
};

const percent = (part: number): string => `${Math.round(part * 10_000) / 100}%`;

/**
 * How many customers a segment had at the end of each day, as a line. The keyboard and the pointer go from day to day;
 * the number of the day is told below it. The same numbers follow as a table.
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
  const onKeyDown = (event: KeyboardEvent): void => {
    const ends: Record<string, number> = { Home: 0, End: last };
    const to = ends[event.key] ?? at + (STEPS[event.key] ?? Number.NaN);
    if (Number.isNaN(to)) return;
    choose(Math.min(last, Math.max(0, to)));
    event.preventDefault();
  };
  const onPointer = (event: PointerEvent<HTMLElement>): void => {
    const { left, width } = event.currentTarget.getBoundingClientRect();
    choose(Math.min(last, Math.max(0, Math.round(((event.clientX - left) / width) * last))));
  };
  return (
    <figure className="rk-trend">
      <div className="rk-trend-y" aria-hidden="true">
        {axis.marks.map((mark) => (
          <span key={mark} style={{ bottom: percent(placeOn(axis, mark)) }}>
            {format.count(mark)}
          </span>
        ))}
      </div>
      <div
        className="rk-trend-plot"
        role="slider"
        tabIndex={0}
        aria-label={t('segmentPages.trend.chart', { from: format.day(from), to: format.day(from + last) })}
        aria-valuemin={0}
        aria-valuemax={last}
        aria-valuenow={at}
        aria-valuetext={point}
        onKeyDown={onKeyDown}
        onPointerMove={onPointer}
        onPointerDown={onPointer}
      >
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
  return (
    <details className="rk-trend-table">
      <summary>{t('segmentPages.trend.table')}</summary>
      {/* It scrolls by itself, so the keyboard has to get into it. */}
      <section tabIndex={0} aria-label={t('segmentPages.trend.title')}>
        <table>
          <thead>
            <tr>
              <th scope="col">{t('segmentPages.trend.day')}</th>
              <th scope="col">{t('segmentPages.trend.customers')}</th>
              <th scope="col">{t('segmentPages.trend.change')}</th>
            </tr>
          </thead>
          <tbody>
            {counts
              .map((customers, i) => (
                <tr key={from + i}>
                  <th scope="row">{format.day(from + i)}</th>
                  <td>{format.count(customers)}</td>
                  <td>{i === 0 ? '' : format.countChange(customers - (counts[i - 1] ?? 0))}</td>
                </tr>
              ))
              .toReversed()}
          </tbody>
        </table>
      </section>
    </details>
  );
}

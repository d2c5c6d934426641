import { useTranslation } from 'react-i18next';
import { useFormat } from '#app/i18n/format.tsx';
import type { Day } from '#app/rfm/calendar.ts';
import type { SegmentSlug } from '#app/rfm/schemes.ts';
import { ReachText, type Reach } from './reach-text.tsx';
import { SegmentBadge } from './score-badges.tsx';
import { useAtRiskWords } from './use-at-risk-words.ts';

/** A customer of the at-risk list, and what staff noted. */
export type AtRiskCustomer = {
  customerId: number;
  segment: SegmentSlug;
  /** Days from the last counted order to the day of the scores. */
  daysSince: number;
  /** Mean days between counted orders, null with fewer than two. */
  usualGap: number | null;
  frequency: number;
  /** Minor units. */
  monetary: number;
  reach: Reach;
  version: number;
  assignedTo: number | null;
  laterUntil: Day | null;
  contactedOn: Day | null;
  note: string | null;
};

/** What the columns say, under the name: for a phone, which has no room for columns. */
export function AtRiskLines({ customer, you }: { customer: AtRiskCustomer; you: number }) {
  const { t } = useTranslation();
  const format = useFormat();
  const words = useAtRiskWords(you);
  const { segment, daysSince, usualGap, frequency, monetary, reach, contactedOn, assignedTo } = customer;
  const orders = t('orders', { count: frequency, n: format.count(frequency) });
  return (
    <span className="rk-under-name">
      <SegmentBadge segment={segment} />
      <span className="rk-line">{`${format.money(monetary)} · ${orders}`}</span>
      <span className="rk-line">
        {t('atRisk.line.days', { count: daysSince, n: format.count(daysSince) })}
      </span>
      {usualGap !== null && (
        <span className="rk-line">{t('atRisk.line.gap', { gap: words.gap(usualGap) })}</span>
      )}
      <span className="rk-line">
        <ReachText reach={reach} />
      </span>
      {contactedOn !== null && (
        <span className="rk-line">{t('atRisk.line.contacted', { day: words.contacted(contactedOn) })}</span>
      )}
      {assignedTo !== null && <span className="rk-line">{words.assignedLine(assignedTo)}</span>}
    </span>
  );
}

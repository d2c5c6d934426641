import { Card, IndexTable, Link } from '@shopify/polaris';
import { useEffect, useRef, type ComponentProps } from 'react';
import { useTranslation } from 'react-i18next';
import type { Offer, Step } from '#app/campaigns/plan.ts';
import { useFormat } from '#app/i18n/format.tsx';
import type { Day } from '#app/rfm/calendar.ts';
import type { SegmentSlug } from '#app/rfm/schemes.ts';
import { CustomerName, type LiveNames } from './members-table.tsx';
import { ScoreText, SegmentBadge } from './score-badges.tsx';
import { useAtRiskWords } from './use-at-risk-words.ts';
import { useCampaignWords } from './use-campaign-words.ts';

/** An offer that waits for staff, with why the customer gets it. */
export type QueuedOffer = {
  customerId: number;
  entry: number;
  step: number;
  kind: Step['kind'];
  offer: Offer;
  validDays: number;
  subject: string;
  body: string;
  /** The message is not the plan's. */
  edited: boolean;
  assignedTo: number | null;
  laterUntil: Day | null;
  stratum: string;
  segment: SegmentSlug | null;
  r: number;
  f: number;
  m: number;
  frequency: number;
  /** Minor units. */
  monetary: number;
  daysSince: number | null;
  usualGap: number | null;
  /** The newest ones; amounts in minor units of `currency`. */
  orders: { id: number; at: number; amount: number; currency: string }[];
};

/** What names a row. */
export const offerKey = ({ customerId, entry, step }: QueuedOffer): string =>
  `${customerId}:${entry}:${step}`;

type QueueTableProps = {
  offers: QueuedOffer[];
  /** The names arrive after the rows. */
  names: Promise<LiveNames>;
  you: number;
  selection: {
    selected: string[];
    all: boolean;
    onChange: NonNullable<ComponentProps<typeof IndexTable>['onSelectionChange']>;
  };
  acts: { promoted: Act[]; more: Act[] };
  page: { previous?: () => void; next?: () => void };
  loading: boolean;
};
type Act = { content: string; onAction: () => void };

/** One page of the offers that wait, with what can be decided about the selected ones. */
export function CampaignQueueTable({ offers, names, you, selection, acts, page, loading }: QueueTableProps) {
  const { t } = useTranslation();
  const table = useRef<HTMLDivElement>(null);
  // Polaris says "mixed" of a box over a part of the rows, which holds only while the box itself says so too.
  useEffect(() => {
    for (const box of table.current?.querySelectorAll<HTMLInputElement>('input[role="checkbox"]') ?? [])
      box.indeterminate = box.getAttribute('aria-checked') === 'mixed';
  });
  return (
    <Card padding="0">
      <div ref={table} className="rk-queue">
        <IndexTable
          loading={loading}
          itemCount={offers.length}
          selectedItemsCount={selection.all ? 'All' : selection.selected.length}
          onSelectionChange={selection.onChange}
          promotedBulkActions={acts.promoted}
          bulkActions={acts.more}
          resourceName={{ singular: t('campaigns.queue.one'), plural: t('campaigns.queue.many') }}
          headings={[
            { title: t('members.customer') },
            { title: t('campaigns.queue.why') },
            { title: t('campaigns.queue.orders') },
            { title: t('campaigns.queue.offer') },
          ]}
          pagination={{
            hasNext: page.next !== undefined,
            hasPrevious: page.previous !== undefined,
            ...(page.next ? { onNext: page.next } : {}),
            ...(page.previous ? { onPrevious: page.previous } : {}),
          }}
        >
          {offers.map((offer, position) => (
            <IndexTable.Row
              id={offerKey(offer)}
              key={offerKey(offer)}
              position={position}
              selected={selection.selected.includes(offerKey(offer))}
              accessibilityLabel={t('customerNumber', { id: offer.customerId })}
            >
              <IndexTable.Cell as="th" scope="row">
                <Link url={`/app/customers/${offer.customerId}`} removeUnderline={false}>
                  <span className="rk-name">
                    <CustomerName id={offer.customerId} names={names} />
                  </span>
                </Link>
                <Notes offer={offer} you={you} />
                <span className="rk-under-name">
                  <Why offer={offer} />
                  <LastOrders offer={offer} />
                  <OfferText offer={offer} />
                </span>
              </IndexTable.Cell>
              <IndexTable.Cell>
                <Why offer={offer} />
              </IndexTable.Cell>
              <IndexTable.Cell>
                <LastOrders offer={offer} />
              </IndexTable.Cell>
              <IndexTable.Cell>
                <OfferText offer={offer} />
              </IndexTable.Cell>
            </IndexTable.Row>
          ))}
        </IndexTable>
      </div>
    </Card>
  );
}

function Notes({ offer: { assignedTo, laterUntil }, you }: { offer: QueuedOffer; you: number }) {
  const { t } = useTranslation();
  const format = useFormat();
  const words = useAtRiskWords(you);
  return (
    <>
      {laterUntil !== null && (
        <span className="rk-row-note rk-line">{t('atRisk.laterUntil', { day: format.day(laterUntil) })}</span>
      )}
      {assignedTo !== null && <span className="rk-row-note rk-line">{words.assignedLine(assignedTo)}</span>}
    </>
  );
}

/** Why this customer: the segment, the scores, and how long they stay away against their own habit. */
function Why({ offer }: { offer: QueuedOffer }) {
  const { t } = useTranslation();
  const format = useFormat();
  const words = useAtRiskWords(0);
  const { segment, r, f, m, daysSince, usualGap } = offer;
  return (
    <>
      <span className="rk-line">
        <SegmentBadge segment={segment} /> {segment !== null && <ScoreText r={r} f={f} m={m} />}
      </span>
      {daysSince !== null && (
        <span className="rk-line">
          {t('atRisk.line.days', { count: daysSince, n: format.count(daysSince) })}
        </span>
      )}
      {usualGap !== null && (
        <span className="rk-line">{t('atRisk.line.gap', { gap: words.gap(usualGap) })}</span>
      )}
    </>
  );
}

function LastOrders({ offer: { orders, frequency, monetary } }: { offer: QueuedOffer }) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <>
      <span className="rk-line">
        {`${t('orders', { count: frequency, n: format.count(frequency) })} · ${format.money(monetary)}`}
      </span>
      {orders.map(({ id, at, amount, currency }) => (
        <span className="rk-line" key={id}>
          {`${format.dayOf(at)}: ${format.money(amount, currency)}`}
        </span>
      ))}
    </>
  );
}

function OfferText({ offer: { step, kind, offer, validDays, edited } }: { offer: QueuedOffer }) {
  const { t } = useTranslation();
  const format = useFormat();
  const words = useCampaignWords([]);
  return (
    <>
      <span className="rk-line">
        {t('campaigns.progress.step', {
          number: step + 1,
          what: kind === 'message' ? words.offer(offer) : t(`campaigns.step.kinds.${kind}`),
        })}
      </span>
      {offer.kind !== 'none' && (
        <span className="rk-line">
          {t('campaigns.queue.valid', { count: validDays, n: format.count(validDays) })}
        </span>
      )}
      {edited && <span className="rk-line">{t('campaigns.queue.edited')}</span>}
    </>
  );
}

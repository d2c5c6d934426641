import {
  Badge,
  BlockStack,
  Box,
  Button,
  ButtonGroup,
  Card,
  IndexTable,
  InlineStack,
  Link,
  Text,
} from '@shopify/polaris';
import { useTranslation } from 'react-i18next';
import type { OfferState } from '#app/campaigns/offer-states.ts';
import { useFormat } from '#app/i18n/format.tsx';
import type { LeftOutReason } from '#app/rfm/order.ts';
import type { WriteKind } from '#app/rfm/write-plan.ts';
import { useChannelName } from './use-channel-name.ts';
import { useNewestFirst } from './use-newest-first.ts';
import { useSearchChange } from './use-search-change.ts';

/** An order in a customer's timeline. Instants are epoch milliseconds. */
type OrderEntry = {
  what: 'order';
  place: string;
  at: number;
  /** Minor units of `currency`, returns already taken off. */
  amount: number;
  currency: string;
  /** Null when it counts. */
  leftOut: LeftOutReason | 'outside-window' | null;
  channel: string | null;
  /** It was bought for a company. */
  company: boolean;
  /** Where the admin shows it. */
  url: string;
};

/** A write of ours in it. */
type WriteEntry = {
  what: 'write';
  place: string;
  at: number;
  runId: number;
  kind: WriteKind;
  value: string;
  state: 'sent' | 'done' | 'failed' | 'kept';
  error: string | null;
};

/** What a campaign offered, in it. */
type OfferEntry = {
  what: 'offer';
  place: string;
  at: number;
  campaignId: number;
  campaign: string;
  step: number;
  state: OfferState;
  code: string | null;
  redeemed: boolean;
};

export type TimelineEntry = OrderEntry | WriteEntry | OfferEntry;

/** The parts of a timeline, as they stand in the address. */
const PARTS = ['all', 'orders', 'offers', 'written'] as const;
type Part = (typeof PARTS)[number];

type TimelineCardProps = {
  entries: TimelineEntry[];
  part: Part;
  next: string | null;
  front: boolean;
};

/** Where more of an entry is told. */
function urlOf(entry: TimelineEntry): string {
  if (entry.what === 'order') return entry.url;
  return entry.what === 'offer' ? `/app/campaigns/${entry.campaignId}` : `/app/writes/${entry.runId}`;
}

/** A customer's orders, offers and all that we wrote for it, newest first, page by page. */
export function TimelineCard({ entries, part, next, front }: TimelineCardProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const newestFirst = useNewestFirst();
  const change = useSearchChange();
  const show = (of: Part, before: string | null): void =>
    change(
      (search) => {
        for (const [name, value] of [
          ['show', of === 'all' ? null : of],
          ['before', before],
        ] as const) {
          if (value === null) search.delete(name);
          else search.set(name, value);
        }
      },
      // The rest of the page stays where it is.
      { preventScrollReset: true },
    );
  return (
    <Card padding="0">
      <Box padding="400" paddingBlockEnd="200">
        <BlockStack gap="200">
          <Text as="h2" variant="headingMd">
            {t('customerPage.timeline.title')}
          </Text>
          <ButtonGroup variant="segmented">
            {PARTS.map((one) => (
              <Button key={one} pressed={one === part} onClick={() => show(one, null)}>
                {t(`customerPage.timeline.part.${one}`)}
              </Button>
            ))}
          </ButtonGroup>
          {entries.length === 0 && <Text as="p">{t(`customerPage.timeline.none.${part}`)}</Text>}
        </BlockStack>
      </Box>
      {entries.length > 0 && (
        <div className="rk-runs">
          <IndexTable
            selectable={false}
            itemCount={entries.length}
            resourceName={{
              singular: t('customerPage.timeline.one'),
              plural: t('customerPage.timeline.many'),
            }}
            headings={[
              { title: t('customerPage.timeline.when') },
              { title: t('journal.did') },
              { title: t('journal.outcome') },
            ]}
            pagination={{
              hasNext: next !== null,
              hasPrevious: !front,
              onNext: () => show(part, next),
              onPrevious: () => show(part, null),
              ...newestFirst,
            }}
          >
            {entries.map((entry, position) => (
              <IndexTable.Row id={entry.place} key={entry.place} position={position}>
                <IndexTable.Cell as="th" scope="row">
                  <Link url={urlOf(entry)} removeUnderline={false}>
                    {t('journal.instant', { day: format.dayOf(entry.at), time: format.time(entry.at) })}
                  </Link>
                </IndexTable.Cell>
                {entry.what === 'order' && <OrderCells entry={entry} />}
                {entry.what === 'offer' && <OfferCells entry={entry} />}
                {entry.what === 'write' && <WriteCells entry={entry} />}
              </IndexTable.Row>
            ))}
          </IndexTable>
        </div>
      )}
    </Card>
  );
}

function OrderCells({ entry: { amount, currency, leftOut, channel, company } }: { entry: OrderEntry }) {
  const { t } = useTranslation();
  const format = useFormat();
  const channelName = useChannelName();
  return (
    <>
      <IndexTable.Cell>
        <Text as="p" fontWeight="medium">
          {t('customerPage.timeline.order', { amount: format.money(amount, currency) })}
        </Text>
        <Text as="p" tone="subdued">
          {[
            ...(channel === null ? [] : [channelName(channel)]),
            ...(company ? [t('customerPage.timeline.company')] : []),
          ].join(' · ')}
        </Text>
      </IndexTable.Cell>
      <IndexTable.Cell>
        <InlineStack>
          {leftOut === null ? (
            <Badge tone="success">{t('customerPage.timeline.counts')}</Badge>
          ) : (
            <Badge>{t(`counted.reason.${leftOut}`)}</Badge>
          )}
        </InlineStack>
      </IndexTable.Cell>
    </>
  );
}

function OfferCells({ entry: { campaign, step, state, code, redeemed } }: { entry: OfferEntry }) {
  const { t } = useTranslation();
  return (
    <>
      <IndexTable.Cell>
        <Text as="p" fontWeight="medium">
          <span className="rk-value">{t('customerPage.timeline.offer', { campaign, step: step + 1 })}</span>
        </Text>
        {code !== null && (
          <Text as="p" tone="subdued">
            {t('customerPage.timeline.code', { code })}
          </Text>
        )}
      </IndexTable.Cell>
      <IndexTable.Cell>
        <span className="rk-value">{t(`customerPage.offerState.${redeemed ? 'redeemed' : state}`)}</span>
      </IndexTable.Cell>
    </>
  );
}

function WriteCells({ entry: { kind, value, state, error } }: { entry: WriteEntry }) {
  const { t } = useTranslation();
  return (
    <>
      <IndexTable.Cell>
        <Text as="p">{t(`journal.kind.${kind}`)}</Text>
        {value !== '' && <code className="rk-value">{value}</code>}
      </IndexTable.Cell>
      <IndexTable.Cell>
        <Text as="p" {...(state === 'failed' ? { tone: 'critical' as const } : {})}>
          <span className="rk-value">
            {t(`customerPage.timeline.state.${state === 'failed' && error === null ? 'unanswered' : state}`)}
          </span>
        </Text>
        {error !== null && (
          <span className="rk-value" lang="en">
            {error}
          </span>
        )}
      </IndexTable.Cell>
    </>
  );
}

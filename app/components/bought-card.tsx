import { BlockStack, Box, Button, ButtonGroup, Card, IndexTable, Text } from '@shopify/polaris';
import { useTranslation } from 'react-i18next';
import { useFormat } from '#app/i18n/format.tsx';
import type { Day } from '#app/rfm/calendar.ts';
import {
  ABOVE_FROM,
  boughtIndex,
  byOrders,
  byIndex,
  COMPARED_FROM,
  type Bought,
  type KnownOrders,
} from '#app/rfm/segment-profile.ts';
import './segments.css';

/** What a list of purchases is ordered by. */
export const BOUGHT_ORDERS = ['orders', 'index'] as const;
type BoughtOrder = (typeof BOUGHT_ORDERS)[number];

type BoughtCardProps = {
  kind: 'products' | 'types';
  /** Null while nothing was counted. */
  profile: (KnownOrders & { asOf: Day }) | null;
  bought: readonly (Bought<unknown> & { name: string })[];
  by: BoughtOrder;
  onOrder: (by: BoughtOrder) => void;
};

/** What a segment's customers buy, beside the whole shop. */
export function BoughtCard({ kind, profile, bought, by, onOrder }: BoughtCardProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const nothing = profile === null ? 'waits' : profile.known === 0 ? 'nothing' : null;
  const none = bought.length === 0 && kind === 'types' ? 'noTypes' : null;
  return (
    <Card padding="0">
      <Box padding="400" paddingBlockEnd="200">
        <BlockStack gap="200">
          <Text as="h2" variant="headingMd">
            {t(`segmentPages.bought.${kind}`)}
          </Text>
          {profile === null || nothing !== null ? (
            <Text as="p">{t(`segmentPages.bought.${nothing ?? 'waits'}`)}</Text>
          ) : (
            <Text as="p" tone="subdued">
              {t('segmentPages.bought.what', {
                here: t('orders', { count: profile.known, n: format.count(profile.known) }),
                shop: t('orders', { count: profile.knownInShop, n: format.count(profile.knownInShop) }),
                day: format.day(profile.asOf),
              })}{' '}
              {t('segmentPages.bought.rule', { n: COMPARED_FROM })}
            </Text>
          )}
          {nothing === null && none === null && (
            <ButtonGroup variant="segmented">
              {BOUGHT_ORDERS.map((order) => (
                <Button key={order} pressed={by === order} onClick={() => onOrder(order)}>
                  {t(`segmentPages.bought.by.${order}`)}
                </Button>
              ))}
            </ButtonGroup>
          )}
          {nothing === null && none !== null && <Text as="p">{t(`segmentPages.bought.${none}`)}</Text>}
        </BlockStack>
      </Box>
      {profile !== null && nothing === null && none === null && (
        <BoughtTable kind={kind} profile={profile} bought={bought} by={by} />
      )}
    </Card>
  );
}

function BoughtTable({
  kind,
  profile,
  bought,
  by,
}: Pick<BoughtCardProps, 'kind' | 'bought' | 'by'> & { profile: KnownOrders }) {
  const { t } = useTranslation();
  const format = useFormat();
  const names = new Map(bought.map(({ what, name }) => [what, name]));
  const rows = by === 'index' ? byIndex(bought, profile) : byOrders(bought);
  if (rows.length === 0) {
    return (
      <Box padding="400" paddingBlockStart="0">
        <Text as="p">
          {t('segmentPages.bought.noneAbove', { n: COMPARED_FROM, times: format.times(ABOVE_FROM) })}
        </Text>
      </Box>
    );
  }
  return (
    <div className="rk-bought">
      <IndexTable
        selectable={false}
        itemCount={rows.length}
        resourceName={{ singular: t('segmentPages.bought.one'), plural: t('segmentPages.bought.many') }}
        headings={[
          { title: t(kind === 'products' ? 'segmentPages.bought.product' : 'segmentPages.bought.type') },
          { title: t('segmentPages.bought.here'), alignment: 'end' },
          { title: t('segmentPages.bought.shop'), alignment: 'end' },
          { title: t('segmentPages.bought.index'), alignment: 'end' },
        ]}
      >
        {rows.map((row, position) => (
          <IndexTable.Row id={String(row.what)} key={String(row.what)} position={position}>
            <IndexTable.Cell as="th" scope="row">
              <span className="rk-name">{names.get(row.what)}</span>
            </IndexTable.Cell>
            <IndexTable.Cell className="rk-number">
              {format.share(row.here / profile.known)}
              <span className="rk-line rk-row-note">
                {t('customers', { count: row.buyers, n: format.count(row.buyers) })}
              </span>
            </IndexTable.Cell>
            <IndexTable.Cell className="rk-number">
              {format.share(row.shop / profile.knownInShop)}
            </IndexTable.Cell>
            <IndexTable.Cell className="rk-number">
              <Compared index={boughtIndex(row, profile)} />
            </IndexTable.Cell>
          </IndexTable.Row>
        ))}
      </IndexTable>
    </div>
  );
}

function Compared({ index }: { index: number | null }) {
  const { t } = useTranslation();
  const format = useFormat();
  const [shown, said] =
    index === null
      ? [t('segmentPages.bought.few'), t('segmentPages.bought.fewLong')]
      : [
          t('segmentPages.bought.short', { n: format.times(index) }),
          t('segmentPages.bought.times', { n: format.times(index) }),
        ];
  return (
    <>
      <span aria-hidden="true">{shown}</span>
      <Text as="span" visuallyHidden>
        {said}
      </Text>
    </>
  );
}

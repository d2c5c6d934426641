import { Badge, Card, IndexTable, Link, BlockStack, Box, Text } from '@shopify/polaris';
import { useTranslation } from 'react-i18next';
import { useFormat } from '#app/i18n/format.tsx';
import type { LeftOutReason } from '#app/rfm/order.ts';

/** An order of a customer and whether it counts. */
export type CustomerOrder = {
  id: number;
  processedAt: number;
  /** Minor units of `currency`, returns already taken off. */
  amount: number;
  currency: string;
  /** Null when it counts. */
  leftOut: LeftOutReason | 'outside-window' | null;
  /** Where the admin shows it. */
  url: string;
};

/** A customer's orders, newest first: which count, and why the others do not. */
export function OrderList({ orders, more }: { orders: CustomerOrder[]; more: boolean }) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <Card padding="0">
      <Box padding="400" paddingBlockEnd="200">
        <BlockStack gap="100">
          <Text as="h2" variant="headingMd">
            {t('orderList.title')}
          </Text>
          {more && (
            <Text as="p" tone="subdued">
              {t('orderList.more', { n: format.count(orders.length) })}
            </Text>
          )}
        </BlockStack>
      </Box>
      <IndexTable
        selectable={false}
        itemCount={orders.length}
        resourceName={{ singular: t('orderList.one'), plural: t('orderList.many') }}
        headings={[
          { title: t('orderList.day') },
          { title: t('orderList.amount'), alignment: 'end' },
          { title: t('orderList.counts') },
        ]}
      >
        {orders.map(({ id, processedAt, amount, currency, leftOut, url }, position) => (
          <IndexTable.Row id={String(id)} key={id} position={position}>
            <IndexTable.Cell as="th" scope="row">
              <Link url={url} removeUnderline={false}>
                {format.dayOf(processedAt)}
              </Link>
            </IndexTable.Cell>
            <IndexTable.Cell className="rk-number">{format.money(amount, currency)}</IndexTable.Cell>
            <IndexTable.Cell>
              {leftOut === null ? (
                <Badge tone="success">{t('orderList.yes')}</Badge>
              ) : (
                <Badge>{t(`counted.reason.${leftOut}`)}</Badge>
              )}
            </IndexTable.Cell>
          </IndexTable.Row>
        ))}
      </IndexTable>
    </Card>
  );
}

import { BlockStack, Card, InlineGrid, InlineStack, Text } from '@shopify/polaris';
import { useTranslation } from 'react-i18next';
import { useFormat } from '#app/i18n/format.tsx';
import { CHOICES } from '#app/rfm/conditions.ts';
import { ratio } from '#app/rfm/planes.ts';
import { ReachCard } from './reach-card.tsx';
import type { CountShown } from './use-audience-count.ts';

/** How many customers conditions are true of now, said aloud when it changes. */
export function AudienceCountText({ shown, complete }: { shown: CountShown; complete: boolean }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { count, at } = shown;
  const words = (): string => {
    if (!complete) return t('builder.count.incomplete');
    if (at === 'failed') return t('builder.count.failed');
    if (count === null || at === 'counting') return t('builder.count.counting');
    return t('customers', { count: count.customers, n: format.count(count.customers) });
  };
  const settled = complete && at === 'counted' && count !== null;
  return (
    <BlockStack gap="050">
      <output className="rk-count">
        <Text as="span" variant="headingLg">
          {words()}
        </Text>
      </output>
      {settled && (
        <Text as="p" tone="subdued">
          {t('builder.count.share', {
            share: format.share(ratio(count.customers, count.of)),
            day: format.day(count.asOf),
          })}
        </Text>
      )}
      {settled && count.gathers && (
        <Text as="p" tone="subdued">
          {t('builder.count.gathers')}
        </Text>
      )}
    </BlockStack>
  );
}

/** What the customers that conditions are true of are like: money, orders, tiers, and how they can be reached. */
export function AudienceProfile({ profile }: { profile: NonNullable<CountShown['profile']> }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { customers, monetary, orders, tiers, reach } = profile;
  const figures = [
    [t('builder.profile.money'), format.wholeMoney(monetary)],
    [t('builder.profile.moneyEach'), format.money(Math.round(ratio(monetary, customers)))],
    [t('builder.profile.orders'), format.count(orders)],
    [t('builder.profile.ordersEach'), format.times(ratio(orders, customers))],
    ...CHOICES.tier.map((tier) => [
      t(`tier.${tier}`),
      t('homePage.tiers.count', {
        n: format.count(tiers[tier]),
        share: format.share(ratio(tiers[tier], customers)),
      }),
    ]),
  ];
  return (
    <InlineGrid columns={{ xs: 1, md: 2 }} gap="300" alignItems="start">
      <Card>
        <BlockStack gap="200">
          <Text as="h2" variant="headingMd">
            {t('builder.profile.title')}
          </Text>
          <ul className="rk-rows">
            {figures.map(([label, figure]) => (
              <li key={label}>
                <InlineStack align="space-between" gap="200">
                  <Text as="span">{label}</Text>
                  <Text as="span" numeric>
                    {figure}
                  </Text>
                </InlineStack>
              </li>
            ))}
          </ul>
        </BlockStack>
      </Card>
      <ReachCard reach={reach} />
    </InlineGrid>
  );
}

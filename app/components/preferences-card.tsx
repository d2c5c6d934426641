import { useTranslation } from 'react-i18next';
import { useFormat } from '#app/i18n/format.tsx';
import { PREFERENCES, type Preferences } from '#app/rfm/preferences.ts';
import { FactsCard } from './facts-card.tsx';
import { useChannelName } from './use-channel-name.ts';

/** What a customer prefers, from the orders that count. */
export type CustomerPreferences = Preferences & {
  /** orders bought for a company */
  companies: number;
  /** so many of the newest orders were looked at, null = all */
  newest: number | null;
  /** what brought the first and the last visit that Shopify knows of, null = none */
  firstSource: string | null;
  lastSource: string | null;
};

/** Whom a customer buys for, where, and what: each with how many orders say so. */
export function PreferencesCard({
  orders,
  companies,
  population,
  newest,
  firstSource,
  lastSource,
  ...preferred
}: CustomerPreferences) {
  const { t } = useTranslation();
  const format = useFormat();
  const channelName = useChannelName();
  const counted = t('orders', { count: orders, n: format.count(orders) });
  const share = (some: number, of: number): string =>
    t('customerPage.preferences.share', {
      some: format.count(some),
      orders: t('orders', { count: of, n: format.count(of) }),
    });
  const facts = PREFERENCES.flatMap((kind) => {
    const one = preferred[kind];
    if (one === null) return [];
    const value = kind === 'channel' ? channelName(one.what) : one.what;
    return [{ label: t(`customerPage.preferences.${kind}`), value, note: share(one.orders, one.of) }];
  });
  const sources = [
    { label: t('builder.what.first-source'), value: firstSource },
    { label: t('builder.what.last-source'), value: lastSource },
  ].flatMap(({ label, value }) =>
    value === null || orders === 0 ? [] : [{ label, value, note: t('customerPage.preferences.told') }],
  );
  const buysFor =
    population === null
      ? []
      : [
          {
            label: t('customerPage.population.title'),
            value: t(`customerPage.population.${population}`),
            ...(population === 'mixed'
              ? { note: t('customerPage.population.share', { share: share(companies, orders) }) }
              : {}),
          },
        ];
  return (
    <FactsCard
      title={t('customerPage.preferences.title')}
      {...(orders === 0
        ? {}
        : {
            intro:
              newest === null
                ? t('customerPage.preferences.from', { orders: counted })
                : t('customerPage.preferences.newest', { orders: counted, n: format.count(newest) }),
          })}
      facts={[...buysFor, ...facts, ...sources]}
      {...(orders === 0 ? { none: t('customerPage.preferences.none') } : {})}
    />
  );
}

import { Await } from '@remix-run/react';
import { Card, SkeletonBodyText } from '@shopify/polaris';
import { Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '#app/i18n/format.tsx';
import { FactsCard, type Fact } from './facts-card.tsx';

/** How many customers Shopify has, null when it did not answer, and what became of those that are stored. */
export type Account = {
  shopify: number | null;
  stored: Record<'scored' | 'noneCounts' | 'outsideWindow' | 'neverOrdered' | 'notRead', number>;
};

const REASONS = ['scored', 'neverOrdered', 'noneCounts', 'outsideWindow', 'notRead'] as const;

/** From Shopify's customers to those who are scored, with the reason for each who is not. */
export function AccountCard({ account }: { account: Promise<Account> }) {
  return (
    <Suspense
      fallback={
        <Card>
          <SkeletonBodyText lines={5} />
        </Card>
      }
    >
      <Await resolve={account} errorElement={<Failed />}>
        {(found) => <Reckoned {...found} />}
      </Await>
    </Suspense>
  );
}

function Failed() {
  const { t } = useTranslation();
  return <FactsCard title={t('account.title')} facts={[]} none={t('account.failed')} />;
}

function Reckoned({ shopify, stored }: Account) {
  const { t } = useTranslation();
  const format = useFormat();
  // Who is known from orders only is not among those that were read.
  const read = stored.scored + stored.neverOrdered + stored.noneCounts + stored.outsideWindow;
  const missing = shopify === null ? 0 : shopify - read - stored.notRead;
  const facts: Fact[] = [
    {
      label: t('account.shopify'),
      value: shopify === null ? t('account.noAnswer') : format.count(shopify),
    },
    ...REASONS.filter((reason) => reason === 'scored' || stored[reason] > 0).map((reason): Fact => ({
      label: t(`account.${reason}`),
      value: format.count(stored[reason]),
    })),
  ];
  if (missing !== 0) {
    facts.push({
      label: t(missing > 0 ? 'account.missing' : 'account.surplus'),
      value: format.count(Math.abs(missing)),
      note: t('account.soon'),
    });
  }
  return <FactsCard title={t('account.title')} intro={t('account.what')} facts={facts} />;
}

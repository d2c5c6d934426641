import { Await } from '@remix-run/react';
import { BlockStack, Card, Text } from '@shopify/polaris';
import { Suspense } from 'react';
import { useTranslation } from 'react-i18next';

/** Shopify's CustomerRfmGroup. */
const GROUPS = [
  'CHAMPIONS',
  'LOYAL',
  'ACTIVE',
  'NEW',
  'PROMISING',
  'NEEDS_ATTENTION',
  'ALMOST_LOST',
  'AT_RISK',
  'PREVIOUSLY_LOYAL',
  'DORMANT',
  'PROSPECTS',
] as const;
type Group = (typeof GROUPS)[number];

/** What Shopify says when it is asked; `known` is false when it could not be. */
export type ShopifyGroup = { known: boolean; group: string | null };

/** The group Shopify itself puts a customer in, beside ours. */
export function ShopifyGroupCard({ theirs, ours }: { theirs: Promise<ShopifyGroup>; ours: string }) {
  const { t } = useTranslation();
  return (
    <Card>
      <BlockStack gap="200">
        <Text as="h2" variant="headingMd">
          {t('customerPage.shopify.title')}
        </Text>
        <Suspense fallback={<Text as="p">{t('customerPage.shopify.asking')}</Text>}>
          <Await resolve={theirs} errorElement={<Text as="p">{t('customerPage.shopify.unknown')}</Text>}>
            {({ known, group }) => (
              <Text as="p">
                {known
                  ? t('customerPage.shopify.both', { theirs: nameOf(group), ours })
                  : t('customerPage.shopify.unknown')}
              </Text>
            )}
          </Await>
        </Suspense>
        <Text as="p" tone="subdued">
          {t('customerPage.shopify.note')}
        </Text>
      </BlockStack>
    </Card>
  );

  function nameOf(group: string | null): string {
    if (group === null) return t('customerPage.shopify.none');
    return isKnown(group) ? t(`customerPage.shopify.group.${group}`) : group;
  }
}

function isKnown(group: string): group is Group {
  return (GROUPS as readonly string[]).includes(group);
}

import { BlockStack, Card, InlineStack, Link, Text } from '@shopify/polaris';
import { useTranslation } from 'react-i18next';
import { useManages } from './viewer.tsx';

/** The merchant's own segments: whom each holds, and its conditions. */
export function SavedSegmentsCard({ segments }: { segments: { id: number; name: string }[] }) {
  const { t } = useTranslation();
  const manages = useManages();
  return (
    <Card>
      <BlockStack gap="200">
        <Text as="h2" variant="headingMd">
          {t('segmentPages.own.title')}
        </Text>
        <Text as="p" tone="subdued">
          {t(segments.length === 0 ? 'segmentPages.own.none' : 'segmentPages.own.what')}
        </Text>
        {segments.length > 0 && (
          <ul className="rk-rows">
            {segments.map(({ id, name }) => (
              <li key={id}>
                <InlineStack align="space-between" gap="200">
                  <Link url={`/app/customers?view=${id}`}>{name}</Link>
                  <Link
                    url={`/app/builder/${id}`}
                    accessibilityLabel={t('segmentPages.own.conditionsOf', { name })}
                  >
                    {t('builder.conditions')}
                  </Link>
                </InlineStack>
              </li>
            ))}
          </ul>
        )}
        {manages && (
          <InlineStack>
            <Link url="/app/builder/new">{t('customerList.newSegment')}</Link>
          </InlineStack>
        )}
      </BlockStack>
    </Card>
  );
}

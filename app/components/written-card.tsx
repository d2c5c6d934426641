import { BlockStack, Card, InlineStack, Link, Tag, Text } from '@shopify/polaris';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

/** What our journal says is on the customer in Shopify. */
export type WrittenView = { tags: readonly string[]; segment: string | null; profile: string | null };

/** What is written in Shopify for this customer, and where the admin shows it; `children` is what can be done about it. */
export function WrittenCard({
  written,
  refused,
  url,
  children,
}: {
  written: WrittenView | null;
  /** What Shopify said when it last refused a write to this customer, null when it did not. */
  refused: string | null;
  url: string;
  children: ReactNode;
}) {
  const { t } = useTranslation();
  return (
    <Card>
      <BlockStack gap="200">
        <Text as="h2" variant="headingMd">
          {t('written.title')}
        </Text>
        {written === null ? (
          <Text as="p" tone="subdued">
            {t('written.nothing')}
          </Text>
        ) : (
          <>
            <InlineStack gap="100">
              {written.tags.map((tag) => (
                <Tag key={tag}>{tag}</Tag>
              ))}
            </InlineStack>
            {written.segment !== null && (
              <Text as="p">
                <code>rfm_segment</code> <code>{written.segment}</code>
              </Text>
            )}
            {written.profile !== null && <pre className="rk-profile">{written.profile}</pre>}
          </>
        )}
        {refused !== null && (
          <Text as="p" tone="critical">
            {t('written.refused', { error: refused })}
          </Text>
        )}
        <Text as="p">
          <Link url={url}>{t('written.open')}</Link>
        </Text>
        {children}
      </BlockStack>
    </Card>
  );
}

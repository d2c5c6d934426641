import { BlockStack, Card, InlineStack, SkeletonBodyText, Text } from '@shopify/polaris';
import { useTranslation } from 'react-i18next';
import { useFormat } from '#app/i18n/format.tsx';
import { ratio } from '#app/rfm/planes.ts';

type ChannelReach = { agreed: number; notAgreed: number };

type ReachCardProps = {
  reach: { customers: number; unknown: number; email: ChannelReach; sms: ChannelReach; phone: number };
};

/** By what a segment's customers can be reached: what is known of each channel, and what is not. */
export function ReachCard({ reach }: ReachCardProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const { customers, unknown, phone } = reach;
  const counted = (n: number): string => t('customers', { count: n, n: format.count(n) });
  const rest = (n: number) => ({ count: n, n: format.count(n) });
  const rows = [
    ...(['email', 'sms'] as const).map((way) => {
      const { agreed, notAgreed } = reach[way];
      return {
        way,
        share: format.share(ratio(agreed, customers)),
        has: t('segmentPages.reach.agreed', { customers: counted(agreed) }),
        note: notAgreed === 0 ? null : t(`segmentPages.reach.${way}Rest`, rest(notAgreed)),
      };
    }),
    {
      way: 'phone' as const,
      share: format.share(ratio(phone, customers)),
      has: t('segmentPages.reach.phoneHas', { count: phone, customers: counted(phone) }),
      note: t('segmentPages.reach.phoneNote'),
    },
    {
      way: 'post' as const,
      share: null,
      has: t('segmentPages.reach.postHas'),
      note: t('segmentPages.reach.postNote'),
    },
  ];
  return (
    <Card>
      <BlockStack gap="200">
        <Text as="h2" variant="headingMd">
          {t('segmentPages.reach.title')}
        </Text>
        <Text as="p" tone="subdued">
          {t('segmentPages.reach.what')}
        </Text>
        <ul className="rk-rows">
          {rows.map(({ way, share, has, note }) => (
            <li key={way}>
              <InlineStack align="space-between" gap="200" wrap={false}>
                <BlockStack>
                  <Text as="h3" variant="headingSm">
                    {t(`segmentPages.reach.${way}`)}
                  </Text>
                  <Text as="span">{has}</Text>
                  {note !== null && (
                    <Text as="span" tone="subdued">
                      {note}
                    </Text>
                  )}
                </BlockStack>
                {share !== null && (
                  <Text as="span" variant="headingMd" numeric>
                    {share}
                  </Text>
                )}
              </InlineStack>
            </li>
          ))}
        </ul>
        {unknown > 0 && (
          <Text as="p" tone="subdued">
            {t('segmentPages.reach.unknown', rest(unknown))}
          </Text>
        )}
      </BlockStack>
    </Card>
  );
}

/** Stands in its place, about as high, until it is counted; or says that it could not be. */
export function ReachComing({ failed = false }: { failed?: boolean }) {
  const { t } = useTranslation();
  return (
    <Card>
      <BlockStack gap="200">
        <Text as="h2" variant="headingMd">
          {t('segmentPages.reach.title')}
        </Text>
        <Text as="p" tone="subdued">
          {t(failed ? 'failed.page.do' : 'segmentPages.reach.what')}
        </Text>
        {!failed && <SkeletonBodyText lines={14} />}
      </BlockStack>
    </Card>
  );
}

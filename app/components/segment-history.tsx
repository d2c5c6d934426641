import { BlockStack, Card, InlineStack, Text } from '@shopify/polaris';
import { useTranslation } from 'react-i18next';
import { useFormat } from '#app/i18n/format.tsx';
import type { Day } from '#app/rfm/calendar.ts';
import type { SegmentSlug } from '#app/rfm/schemes.ts';
import type { Cause } from '#app/rfm/transitions.ts';
import { SegmentBadge } from './score-badges.tsx';

/** One change in a customer's history; null = unscored. */
export type HistoryEntry = {
  day: Day;
  before: SegmentSlug | null;
  after: SegmentSlug | null;
  cause: Cause;
};

/** Which segments a customer was in, since when and why, newest first. */
export function SegmentHistory({ entries }: { entries: HistoryEntry[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <Card>
      <BlockStack gap="200">
        <Text as="h2" variant="headingMd">
          {t('history.title')}
        </Text>
        {entries.length === 0 && (
          <Text as="p" tone="subdued">
            {t('history.none')}
          </Text>
        )}
        <ul className="rk-rows">
          {entries.map(({ day, before, after, cause }) => (
            <li key={`${day}-${before}-${after}`}>
              <BlockStack gap="100">
                <InlineStack gap="100" blockAlign="center">
                  {before !== null && (
                    <>
                      <SegmentBadge segment={before} />
                      <Text as="span">{t('history.to')}</Text>
                    </>
                  )}
                  <SegmentBadge segment={after} />
                </InlineStack>
                <Text as="span" tone="subdued">
                  {t('history.entry', { day: format.day(day), cause: t(`history.cause.${cause}`) })}
                </Text>
              </BlockStack>
            </li>
          ))}
        </ul>
      </BlockStack>
    </Card>
  );
}

import { InlineStack, Text } from '@shopify/polaris';
import { useTranslation } from 'react-i18next';
import type { DropReason } from '#app/campaigns/offer-states.ts';
import { SKIP_REASONS } from '#app/campaigns/skip-reasons.ts';
import { useFormat } from '#app/i18n/format.tsx';

/** Why an offer is not given that was due, besides what staff say when they skip it. */
const REASONS = [
  'ordered',
  'left-audience',
  'no-consent',
  'suppressed',
  'erased',
  'stopped',
  'cap',
  'budget',
  'margin',
  'expired',
  'superseded',
  'no-address',
  'bounced',
  'refused',
  'protected-data',
  'template',
  'discount-refused',
  'code-taken',
  'not-made',
] as const satisfies readonly (DropReason | string)[];

/** Why offers were not given, the most frequent reason first; nothing where all were. */
export function CampaignNotGiven({
  reasons,
}: {
  reasons: readonly { reason: string | null; offers: number }[];
}) {
  const { t } = useTranslation();
  const format = useFormat();
  if (reasons.length === 0) return null;
  const words = (reason: string | null): string => {
    const skipped = SKIP_REASONS.find((one) => one === reason);
    if (skipped !== undefined)
      return t('campaigns.progress.skippedBecause', { why: t(`campaigns.skip.${skipped}`) });
    return t(`campaigns.progress.why.${REASONS.find((one) => one === reason) ?? 'other'}`);
  };
  // What Shopify says in words of its own stands under one of ours.
  const rows = [...Map.groupBy(reasons, ({ reason }) => words(reason))];
  return (
    <>
      <Text as="h3" variant="headingSm">
        {t('campaigns.progress.notGiven')}
      </Text>
      <ul className="rk-rows">
        {rows.map(([why, theirs]) => (
          <li key={why}>
            <InlineStack align="space-between" gap="200" wrap={false}>
              <Text as="span">{why}</Text>
              <Text as="span" numeric>
                {format.count(theirs.reduce((sum, { offers }) => sum + offers, 0))}
              </Text>
            </InlineStack>
          </li>
        ))}
      </ul>
    </>
  );
}

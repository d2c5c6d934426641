import { useTranslation } from 'react-i18next';
import type { DropReason } from '#app/campaigns/offer-states.ts';
import { SKIP_REASONS } from '#app/campaigns/skip-reasons.ts';

const DROPPED = [
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
] as const satisfies readonly DropReason[];
/** What went wrong on the way, at the mail server or in Shopify. */
const FAILED = [
  'no-address',
  'bounced',
  'refused',
  'protected-data',
  'template',
  'discount-refused',
  'code-taken',
  'not-made',
] as const;

/** Why an offer was not given, in words within a sentence; what Shopify says in its own stands under one of ours. */
export function useNotGivenWords(): (reason: string | null) => string {
  const { t } = useTranslation();
  return (reason) => {
    const skipped = SKIP_REASONS.find((one) => one === reason);
    if (skipped !== undefined)
      return t('campaigns.progress.skippedBecause', { why: t(`campaigns.skip.${skipped}`) });
    const dropped = DROPPED.find((one) => one === reason);
    if (dropped !== undefined) return t(`campaigns.progress.why.${dropped}`);
    return t(`campaigns.progress.failed.${FAILED.find((one) => one === reason) ?? 'other'}`);
  };
}

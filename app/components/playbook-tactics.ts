import type { SegmentSlug } from '#app/rfm/schemes.ts';

/** What a segment's customers are best offered, as one source names it; the words are in i18n under these keys. */
type Tactics = { source: 'clevertap' | 'klaviyo' | 'juicysuite'; tactics: readonly Tactic[] };

type Tactic =
  | 'early-access'
  | 'referral'
  | 'vip-benefits'
  | 'raise-spend'
  | 'personal-recommendations'
  | 'tiered-discounts'
  | 'exclusive-content'
  | 'welcome-offer'
  | 'education'
  | 'best-seller-follow-up'
  | 'onboarding'
  | 'next-order-incentive'
  | 'best-sellers'
  | 'recommendations'
  | 'limited-promotion'
  | 'gamification'
  | 'remind-activity'
  | 'similar-products'
  | 'limited-discount'
  | 'browsing-push'
  | 'discount-or-points'
  | 'product-picks'
  | 'entry-products'
  | 'three-messages'
  | 'reminder-incentive'
  | 'new-arrivals'
  | 'past-purchases'
  | 'urgent-win-back'
  | 'shipping-or-points'
  | 'survey'
  | 'vip-reactivation'
  | 'personal-win-back'
  | 'exclusive-limited-offer'
  | 'valuable-quiet'
  | 'deep-discount'
  | 'test-messages'
  | 'feedback'
  | 'save-budget';

const clevertap = (...tactics: Tactic[]): Tactics => ({ source: 'clevertap', tactics });
const klaviyo = (...tactics: Tactic[]): Tactics => ({ source: 'klaviyo', tactics });
const juicysuite = (...tactics: Tactic[]): Tactics => ({ source: 'juicysuite', tactics });

/** The tactics of each segment, and nothing that no source names for it. */
export const PLAYBOOK: Readonly<Record<SegmentSlug, readonly Tactics[]>> = {
  champions: [clevertap('early-access', 'referral', 'vip-benefits'), juicysuite('raise-spend')],
  loyal: [
    clevertap('personal-recommendations', 'tiered-discounts', 'exclusive-content'),
    juicysuite('raise-spend'),
  ],
  'potential-loyalists': [clevertap('welcome-offer', 'education', 'best-seller-follow-up')],
  new: [clevertap('onboarding', 'next-order-incentive', 'best-sellers')],
  promising: [clevertap('recommendations', 'limited-promotion', 'gamification')],
  'needs-attention': [
    clevertap('remind-activity', 'similar-products', 'limited-discount', 'browsing-push'),
    klaviyo('three-messages', 'discount-or-points', 'product-picks'),
  ],
  'about-to-sleep': [clevertap('reminder-incentive', 'new-arrivals', 'past-purchases')],
  'at-risk': [
    clevertap('urgent-win-back', 'shipping-or-points', 'survey'),
    klaviyo('three-messages', 'discount-or-points', 'product-picks', 'entry-products'),
  ],
  'cant-lose-them': [
    clevertap('vip-reactivation', 'personal-win-back', 'exclusive-limited-offer'),
    juicysuite('valuable-quiet'),
  ],
  hibernating: [clevertap('deep-discount', 'test-messages', 'feedback', 'save-budget')],
};

/** Why staff skip an offer to a customer; later campaigns can leave out whoever was skipped for one of them. */
export const SKIP_REASONS = [
  'in-touch',
  'complaint',
  'will-buy',
  'not-worth',
  'not-a-customer',
  'other',
] as const;
export type SkipReason = (typeof SKIP_REASONS)[number];

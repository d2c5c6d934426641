import { generateShop } from './generator.ts';
import { PLANS, type FakeShop } from './store.ts';

/** The plan names `--plan` takes. */
export type PlanName = keyof typeof PLANS;

/**
 * The shop the demo shows when nobody names an order export: coffee and tea, sold in euro, three years old,
 * about 78 % of its buyers bought once.
 */
export function defaultShop(options: {
  readonly customers: number;
  readonly seed: number;
  readonly timeZone: string;
  readonly plan: PlanName;
  readonly until: number;
}): FakeShop {
  return generateShop({
    domain: 'morning-row.myshopify.com',
    name: 'Morning Row Coffee & Tea',
    currency: 'EUR',
    timeZone: options.timeZone,
    plan: PLANS[options.plan],
    customers: options.customers,
    seed: options.seed,
    until: options.until,
  }).shop;
}

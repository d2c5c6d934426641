import { ownerOf } from './metafield-mutations.ts';
import { notModelled, type ApiContext, type Args } from './model.ts';
import { setConsent, type ConsentState } from './store-customers.ts';

type Input = {
  readonly customerId: string;
  readonly emailMarketingConsent: { readonly marketingState: string };
};

/** customerEmailMarketingConsentUpdate, as far as somebody agrees or does no more. */
export function emailConsentUpdate(args: Args, api: ApiContext): unknown {
  api.access.require('customerEmailMarketingConsentUpdate', 'write_customers');
  const { customerId, emailMarketingConsent } = args.input as Input;
  const { marketingState } = emailMarketingConsent;
  const customer = ownerOf(customerId, api);
  const refused = (field: string, message: string) => ({
    customer: null,
    userErrors: [{ field: ['input', field], message, code: 'INVALID' }],
  });
  if (customer === null) return refused('customerId', 'Customer not found');
  if (marketingState !== 'SUBSCRIBED' && marketingState !== 'UNSUBSCRIBED') {
    throw notModelled(`consent ${marketingState}`);
  }
  // The words are from memory.
  if (customer.email === null) return refused('customerId', 'Customer must have an email address');
  if (customer.emailState !== marketingState) {
    const emailState: ConsentState = marketingState;
    setConsent(api.office.shop, customer.id, { emailState }, api.world.clock.now());
  }
  return { customer, userErrors: [] };
}

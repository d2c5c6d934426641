import { withImplied } from './access-rules.ts';
import { connection } from './connection.ts';
import { gid } from './gid.ts';
import { dateTime, onlyArgs, plainModel, typeModel, type ApiContext, type Args } from './model.ts';
import { PLANS, type FakeShop, type MetafieldDefinition } from './store.ts';

export const shop = typeModel<FakeShop>({
  id: ({ shopifyId }) => gid('Shop', shopifyId),
  name: ({ name }) => name,
  email: ({ domain }) => `owner@${domain}`,
  contactEmail: ({ domain }) => `hello@${domain}`,
  myshopifyDomain: ({ domain }) => domain,
  url: ({ domain }) => `https://${domain}`,
  primaryDomain: ({ domain }) => ({ host: domain, url: `https://${domain}` }),
  currencyCode: ({ currency }) => currency,
  ianaTimezone: ({ timeZone }) => timeZone,
  createdAt: ({ createdAt }) => dateTime(createdAt),
  plan: ({ plan }) => ({
    publicDisplayName: plan.name,
    partnerDevelopment: false,
    shopifyPlus: plan.restoreRate >= PLANS.plus.restoreRate,
  }),
});

export const shopPlan = plainModel('publicDisplayName', 'partnerDevelopment', 'shopifyPlus');
export const domain = plainModel('host', 'url');

export const appInstallation = typeModel<ApiContext>({
  id: ({ office }) => gid('AppInstallation', office.shop.shopifyId),
  launchUrl: ({ office, world }) => `https://${office.shop.domain}/admin/apps/${world.apiKey}`,
  accessScopes: ({ office }) =>
    [...withImplied(office.scopes)]
      .sort()
      .map((handle) => ({ handle, description: handle.replaceAll('_', ' ') })),
});

export const accessScope = plainModel('handle', 'description');
export const count = plainModel('count', 'precision');
export const pageInfo = plainModel('hasNextPage', 'hasPreviousPage', 'startCursor', 'endCursor');

/** ordersCount and customersCount: `limit: null` counts to the end. */
export function counted(found: number, limit: unknown): { count: number; precision: string } {
  if (typeof limit !== 'number' || found <= limit) return { count: found, precision: 'EXACT' };
  return { count: limit, precision: 'AT_LEAST' };
}

export function definitionConnection(args: Args, { office }: ApiContext): unknown {
  onlyArgs(args, 'metafieldDefinitions', 'first', 'after', 'reverse', 'ownerType', 'sortKey', 'pinnedStatus');
  const of = args.ownerType === 'CUSTOMER' ? [...office.shop.metafieldDefinitions.values()] : [];
  return connection(
    args,
    () => of,
    (definition) => [0, definition.id],
  );
}

export const metafieldDefinition = typeModel<MetafieldDefinition>({
  id: ({ id }) => gid('MetafieldDefinition', id),
  namespace: ({ namespace }) => namespace,
  key: ({ key }) => key,
  name: ({ name }) => name,
  type: ({ type }) => ({ name: type }),
  ownerType: () => 'CUSTOMER',
});

export const metafieldDefinitionType = plainModel('name');

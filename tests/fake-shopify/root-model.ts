import { bulkOperationConnection, bulkOperationCancel, runMutation, runQuery } from './bulk-model.ts';
import { collectionConnection } from './collection-model.ts';
import { connection } from './connection.ts';
import { codesAdd, creationOf } from './discount-codes-model.ts';
import { discountByCode, discountConnection, nodeOf } from './discount-model.ts';
import * as discounts from './discount-mutations.ts';
import { customerConnection, customerFinder } from './customer-model.ts';
import { parseGid } from './gid.ts';
import { emailConsentUpdate } from './consent-mutation.ts';
import { metafieldsDelete, metafieldsSet } from './metafield-mutations.ts';
import { notModelled, onlyArgs, typeModel, type ApiContext, type Args } from './model.ts';
import { orderFinder, orderConnection, orderVisible } from './order-model.ts';
import { segmentConnection, segmentMembers } from './segment-model.ts';
import { counted, definitionConnection } from './shop-model.ts';
import { stagedUploadsCreate } from './staged-upload-model.ts';
import { tagsAdd, tagsRemove } from './tag-mutations.ts';

const field =
  (answer: (args: Args, api: ApiContext) => unknown) => (_root: unknown, args: Args, api: ApiContext) =>
    answer(args, api);

export const queryRoot = typeModel<unknown>({
  shop: field((_args, { office }) => office.shop),
  currentAppInstallation: field((_args, api) => api),
  orders: field((args, api) => {
    onlyArgs(args, 'orders', ...PAGED);
    return orderConnection(args, api);
  }),
  customers: field((args, api) => {
    onlyArgs(args, 'customers', ...PAGED);
    return customerConnection(args, api);
  }),
  ordersCount: field((args, api) => {
    onlyArgs(args, 'ordersCount', 'limit', 'query');
    return counted(orderFinder(args.query, api)().length, args.limit);
  }),
  customersCount: field((args, api) => {
    onlyArgs(args, 'customersCount', 'limit', 'query');
    return counted(customerFinder(args.query, api)().length, args.limit);
  }),
  order: field((args, api) => node(args.id, api, 'Order')),
  customer: field((args, api) => node(args.id, api, 'Customer')),
  company: field((args, api) => node(args.id, api, 'Company')),
  companies: field((args, { office }) => {
    onlyArgs(args, 'companies', 'first', 'after', 'reverse', 'sortKey');
    return connection(
      args,
      () => [...office.shop.companies.values()],
      (company) => [0, company.id],
    );
  }),
  collections: field(collectionConnection),
  collection: field((args, api) => node(args.id, api, 'Collection')),
  segments: field(segmentConnection),
  segment: field((args, api) => node(args.id, api, 'Segment')),
  customerSegmentMembers: field(segmentMembers),
  codeDiscountNode: field((args, api) => node(args.id, api, 'DiscountCodeNode')),
  codeDiscountNodeByCode: field(discountByCode),
  codeDiscountNodes: field(discountConnection),
  discountRedeemCodeBulkCreation: field((args, api) => node(args.id, api, 'DiscountRedeemCodeBulkCreation')),
  product: field((args, api) => node(args.id, api, 'Product')),
  bulkOperation: field((args, api) => node(args.id, api, 'BulkOperation')),
  bulkOperations: field(bulkOperationConnection),
  node: field((args, api) => node(args.id, api)),
  nodes: field((args, api) => (args.ids as readonly string[]).map((id) => node(id, api))),
  metafieldDefinitions: field(definitionConnection),
});

export const mutationRoot = typeModel<unknown>({
  tagsAdd: field(tagsAdd),
  tagsRemove: field(tagsRemove),
  metafieldsSet: field(metafieldsSet),
  metafieldsDelete: field(metafieldsDelete),
  customerEmailMarketingConsentUpdate: field(emailConsentUpdate),
  stagedUploadsCreate: field(stagedUploadsCreate),
  bulkOperationRunQuery: field(runQuery),
  bulkOperationRunMutation: field(runMutation),
  bulkOperationCancel: field(bulkOperationCancel),
  discountCodeBasicCreate: field(discounts.basicCreate),
  discountCodeBasicUpdate: field(discounts.basicUpdate),
  discountCodeFreeShippingCreate: field(discounts.shippingCreate),
  discountCodeFreeShippingUpdate: field(discounts.shippingUpdate),
  discountCodeDeactivate: field(discounts.deactivate),
  discountCodeDelete: field(discounts.remove),
  discountRedeemCodeBulkAdd: field(codesAdd),
});

const PAGED = ['first', 'after', 'reverse', 'query', 'sortKey'] as const;

/** The root fields of things that are not named as their types are. */
const ROOT_FIELDS: Readonly<Record<string, string>> = {
  DiscountCodeNode: 'codeDiscountNode',
  DiscountRedeemCodeBulkCreation: 'discountRedeemCodeBulkCreation',
};

/** The thing behind a global id, or null. */
function node(id: unknown, api: ApiContext, only?: string): unknown {
  const parsed = parseGid(id);
  if (parsed === null || (only !== undefined && parsed.type !== only)) return null;
  const name = ROOT_FIELDS[parsed.type] ?? parsed.type.charAt(0).toLowerCase() + parsed.type.slice(1);
  const denied = api.access.denied('QueryRoot', name);
  if (denied !== null) throw denied;
  const { shop, bulk } = api.office;
  if (parsed.type === 'Customer') return shop.customers.get(parsed.id) ?? null;
  if (parsed.type === 'Collection') return shop.collections.get(parsed.id) ?? null;
  if (parsed.type === 'Segment') return shop.segments.get(parsed.id) ?? null;
  if (parsed.type === 'Company') return shop.companies.get(parsed.id) ?? null;
  if (parsed.type === 'Product') return shop.products.get(parsed.id) ?? null;
  if (parsed.type === 'BulkOperation') return bulk.find(parsed.id);
  if (parsed.type === 'Product') return shop.products.get(parsed.id) ?? null;
  if (parsed.type === 'DiscountCodeNode') return nodeOf(shop.discounts.get(parsed.id));
  if (parsed.type === 'DiscountRedeemCodeBulkCreation') return creationOf(api.office, parsed.id);
  if (parsed.type !== 'Order') throw notModelled(`the node ${String(id)}`);
  const order = shop.orders.get(parsed.id);
  return order !== undefined && orderVisible(order, api) ? order : null;
}

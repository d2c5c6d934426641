import { bulkOperation } from './bulk-model.ts';
import * as companies from './company-model.ts';
import { collection } from './collection-model.ts';
import { connectionModel } from './connection.ts';
import * as customers from './customer-model.ts';
import * as codes from './discount-codes-model.ts';
import * as discounts from './discount-model.ts';
import {
  notModelled,
  plainModel,
  type ApiContext,
  type Args,
  type FieldModel,
  type TypeModel,
} from './model.ts';
import { moneyBag, moneyV2 } from './money-model.ts';
import * as orders from './order-model.ts';
import { mutationRoot, queryRoot } from './root-model.ts';
import { customerSegmentMember, segment } from './segment-model.ts';
import * as shops from './shop-model.ts';
import type { FakeDiscount } from './store-discounts.ts';

const payload = (...fields: readonly string[]): TypeModel => plainModel(...fields, 'userErrors');

/** Every type of the Admin API that the stand-in models. */
const MODEL: Readonly<Record<string, TypeModel>> = {
  QueryRoot: queryRoot,
  Mutation: mutationRoot,
  Shop: shops.shop,
  ShopPlan: shops.shopPlan,
  Domain: shops.domain,
  AppInstallation: shops.appInstallation,
  AccessScope: shops.accessScope,
  Count: shops.count,
  PageInfo: shops.pageInfo,
  MetafieldDefinition: shops.metafieldDefinition,
  MetafieldDefinitionType: shops.metafieldDefinitionType,
  Order: orders.order,
  LineItem: orders.lineItem,
  Product: orders.product,
  ProductPriceRangeV2: plainModel('minVariantPrice', 'maxVariantPrice'),
  DiscountCodeApplication: orders.discountApplication,
  AutomaticDiscountApplication: orders.discountApplication,
  ManualDiscountApplication: orders.discountApplication,
  DiscountAllocation: plainModel('allocatedAmountSet', 'discountApplication'),
  ProductVariant: orders.variant,
  InventoryItem: orders.inventoryItem,
  Refund: orders.refund,
  OrderAttribution: plainModel('handle', 'displayName'),
  CustomerJourneySummary: plainModel('ready', 'firstVisit', 'lastVisit'),
  CustomerVisit: plainModel('source'),
  MoneyBag: moneyBag,
  MoneyV2: moneyV2,
  Customer: customers.customer,
  Segment: segment,
  CustomerSegmentMember: customerSegmentMember,
  CustomerStatistics: customers.statistics,
  CustomerEmailAddress: customers.emailAddress,
  CustomerPhoneNumber: customers.phoneNumber,
  MailingAddress: customers.mailingAddress,
  CustomerSmsMarketingConsent: customers.smsMarketingConsent,
  Metafield: customers.metafield,
  MetafieldIdentifier: plainModel('ownerId', 'namespace', 'key'),
  Company: companies.company,
  CompanyLocation: companies.companyLocation,
  CompanyContact: companies.companyContact,
  PurchasingCompany: companies.purchasingCompany,
  BulkOperation: bulkOperation,
  Collection: collection,
  DiscountCodeNode: discounts.discountCodeNode,
  DiscountCodeBasic: discounts.discountCodeBasic,
  DiscountCodeFreeShipping: discounts.discountCodeFreeShipping,
  DiscountCombinesWith: plainModel('orderDiscounts', 'productDiscounts', 'shippingDiscounts'),
  DiscountCustomerGets: discounts.customerGets,
  DiscountPercentage: discounts.discountPercentage,
  DiscountAmount: discounts.discountAmount,
  AllDiscountItems: discounts.allItems,
  DiscountProducts: discounts.discountProducts,
  DiscountCollections: discounts.discountCollections,
  DiscountMinimumQuantity: plainModel('greaterThanOrEqualToQuantity'),
  DiscountMinimumSubtotal: plainModel('greaterThanOrEqualToSubtotal'),
  DiscountBuyerSelectionAll: discounts.everybody,
  DiscountCustomers: discounts.discountCustomers,
  DiscountRedeemCode: codes.redeemCode,
  DiscountRedeemCodeBulkCreation: codes.bulkCreation,
  DiscountRedeemCodeBulkCreationCode: plainModel('code', 'discountRedeemCode', 'errors'),
  DiscountUserError: plainModel('field', 'message', 'code', 'extraInfo'),
  DiscountCodeBasicCreatePayload: payload('codeDiscountNode'),
  DiscountCodeBasicUpdatePayload: payload('codeDiscountNode'),
  DiscountCodeFreeShippingCreatePayload: payload('codeDiscountNode'),
  DiscountCodeFreeShippingUpdatePayload: payload('codeDiscountNode'),
  DiscountCodeDeactivatePayload: payload('codeDiscountNode'),
  DiscountCodeDeletePayload: payload('deletedCodeDiscountId'),
  DiscountRedeemCodeBulkAddPayload: payload('bulkCreation'),
  TagsAddPayload: payload('node'),
  TagsRemovePayload: payload('node'),
  MetafieldsSetPayload: payload('metafields'),
  MetafieldsDeletePayload: payload('deletedMetafields'),
  CustomerEmailMarketingConsentUpdatePayload: payload('customer'),
  StagedUploadsCreatePayload: payload('stagedTargets'),
  StagedMediaUploadTarget: plainModel('url', 'resourceUrl', 'parameters'),
  StagedUploadParameter: plainModel('name', 'value'),
  BulkOperationRunQueryPayload: payload('bulkOperation'),
  BulkOperationRunMutationPayload: payload('bulkOperation'),
  BulkOperationCancelPayload: payload('bulkOperation'),
  UserError: plainModel('field', 'message'),
  CustomerEmailMarketingConsentUpdateUserError: plainModel('field', 'message', 'code'),
  BulkOperationUserError: plainModel('field', 'message', 'code'),
  BulkMutationUserError: plainModel('field', 'message', 'code'),
  MetafieldsSetUserError: plainModel('field', 'message', 'code', 'elementIndex'),
};

const edge = plainModel('node', 'cursor');

/** How a field is answered, or undefined when the stand-in does not model it. */
export function fieldModel(typeName: string, fieldName: string): FieldModel<never> | undefined {
  if (typeName.endsWith('Connection')) return connectionModel.get(fieldName);
  if (typeName.endsWith('Edge')) return edge.get(fieldName);
  return MODEL[typeName]?.get(fieldName);
}

/**
 * The value of a field.
 * @throws GraphQLError when the field is not modelled or the app may not read it
 */
export function readField(
  typeName: string,
  fieldName: string,
  source: unknown,
  args: Args,
  api: ApiContext,
): unknown {
  const model = fieldModel(typeName, fieldName);
  if (model === undefined) throw notModelled(`${typeName}.${fieldName}`);
  const denied = api.access.denied(typeName, fieldName);
  if (denied !== null) throw denied;
  return model(source as never, args, api);
}

/** The concrete type of something behind an interface or union. */
export function typeNameOf(source: object): string {
  if ('financialStatus' in source) return 'Order';
  if ('emailState' in source) return 'Customer';
  if ('rootObjectCount' in source) return 'BulkOperation';
  if ('vendor' in source && 'type' in source) return 'Product';
  if ('locationId' in source) return 'Company';
  if ('concrete' in source) return String(source.concrete);
  if ('oncePerCustomer' in source) return discounts.typeOfDiscount(source as FakeDiscount);
  if ('results' in source) return 'DiscountRedeemCodeBulkCreation';
  if ('application' in source) return orders.typeOfApplication(source as never);
  if ('vendor' in source) return 'Product';
  if (Object.keys(source).join() === 'id,title') return 'Collection';
  if ('company' in source && 'location' in source) return 'PurchasingCompany';
  throw notModelled(`the type of ${Object.keys(source).join(', ')}`);
}

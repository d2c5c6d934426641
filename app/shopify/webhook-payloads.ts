import { parseGid, type GidKind } from './gid.ts';

/** What is kept of a webhook beside the id of its resource: ids and instants, nothing personal. */
export type WebhookDetail = {
  /** orders and customers: epoch milliseconds of the version that was told */
  updatedAt?: number;
  /** customers/merge: the customer that went into the other one */
  mergedId?: number;
  /** compliance topics: orders whose data is asked for or to be erased */
  orderIds?: number[];
  /** customers/data_request: Shopify's number of the request */
  requestId?: number;
};

type Payload = Readonly<Record<string, unknown>>;
type About = { resourceId: number | null; detail: WebhookDetail | null };

/** Topics whose resource is not what their field `id` names. */
const ABOUT = new Map<string, (payload: Payload) => About>([
  ['orders/edited', (payload) => about(id(record(payload.order_edit).order_id))],
  ['refunds/create', (payload) => about(id(payload.order_id))],
  ['customers/merge', merge],
  ['customer.tags_added', tags],
  ['customer.tags_removed', tags],
  ['customers_email_marketing_consent/update', (payload) => about(id(payload.customer_id))],
  ['customers_marketing_consent/update', (payload) => about(id(payload.customer_id) ?? id(payload.id))],
  ['bulk_operations/finish', (payload) => about(id(payload.admin_graphql_api_id, 'BulkOperation'))],
  ['discounts/update', discount],
  ['discounts/delete', discount],
  ['discounts/redeemcode_removed', discount],
  ['app/scopes_update', () => about(null)],
  ['shop/redact', (payload) => about(id(payload.shop_id))],
  ['customers/redact', (payload) => compliance(payload, payload.orders_to_redact)],
  ['customers/data_request', (payload) => compliance(payload, payload.orders_requested)],
]);

/**
 * What a webhook is about: the numeric id of its order, customer, shop or bulk operation (of an edit or a refund its
 * order, of a merge the customer that stays, of a discount its code node), null where it names none, and what else is kept of it.
 */
export function aboutWhat(topic: string, payload: unknown): About {
  const fields = record(payload);
  return ABOUT.get(topic)?.(fields) ?? about(id(fields.id), { updatedAt: instant(fields.updated_at) });
}

function about(resourceId: number | null, detail: Partial<Record<keyof WebhookDetail, unknown>> = {}): About {
  const kept = Object.entries(detail).filter(([, value]) => value !== null);
  return { resourceId, detail: kept.length > 0 ? Object.fromEntries(kept) : null };
}

/** Versions have whole seconds. */
function tags(payload: Payload): About {
  const at = instant(payload.occurredAt);
  return about(id(payload.customerId, 'Customer'), { updatedAt: at && Math.floor(at / 1000) * 1000 });
}

/** Automatic discounts are not ours: of them nothing is kept. */
function discount(payload: Payload): About {
  return about(id(payload.admin_graphql_api_id, 'DiscountCodeNode'));
}

/** A merge that failed leaves both customers. */
function merge(payload: Payload): About {
  const gone = id(payload.admin_graphql_api_customer_deleted_id, 'Customer');
  const kept = id(payload.admin_graphql_api_customer_kept_id, 'Customer');
  return about(kept, { mergedId: payload.status === 'failed' ? null : gone });
}

function compliance(payload: Payload, orders: unknown): About {
  const orderIds = (Array.isArray(orders) ? orders : []).map((order) => id(order)).filter((n) => n !== null);
  const requestId = id(record(payload.data_request).id);
  return about(id(record(payload.customer).id), { orderIds, requestId });
}

/** A numeric id, also out of a text or of a global id of `kind`. */
function id(value: unknown, kind?: GidKind): number | null {
  if (typeof value === 'string' && kind !== undefined && value.startsWith('gid://')) {
    try {
      return parseGid(kind, value);
    } catch {
      return null;
    }
  }
  const number = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value;
  return Number.isSafeInteger(number) && (number as number) > 0 ? (number as number) : null;
}

function instant(value: unknown): number | null {
  const at = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  return Number.isNaN(at) ? null : at;
}

function record(value: unknown): Payload {
  return typeof value === 'object' && value !== null ? (value as Payload) : {};
}

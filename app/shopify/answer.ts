import { AccessDenied, Rejected, Throttled, Unavailable, Uninstalled, type UserError } from './errors.ts';
import type { ThrottleStatus } from './cost-bucket.ts';

/** The Admin API's answer as it came over the wire. */
export type RawAnswer = { status: number; headers: Headers; body: string };

/** What the caller asks to be told instead of having it thrown. */
export type Lenience = {
  /** userErrors stay in the data: the caller reads them */
  userErrors?: 'returned';
  /** fields that this app may not read of an object it may read stay null */
  denied?: 'null';
};

/** An answer sorted: data, or one of the typed errors. `status` feeds the bucket whatever came. */
export type Outcome = {
  data?: unknown;
  error?: Error;
  throttle: ThrottleStatus | null;
  requestedCost: number | null;
  actualCost: number | null;
};

type GraphqlError = {
  message: string;
  path?: (string | number)[];
  extensions?: { code?: string; requiredAccess?: string };
};
type Body = {
  data?: Record<string, unknown> | null;
  errors?: GraphqlError[] | string;
  extensions?: {
    cost?: {
      requestedQueryCost?: number;
      actualQueryCost?: number | null;
      throttleStatus?: ThrottleStatus;
    };
  };
};

const CLOSED: Record<number, Uninstalled['reason']> = {
  402: 'payment',
  403: 'forbidden',
  404: 'revoked',
  423: 'locked',
};

/**
 * Sorts an answer of the Admin API. Everything that is not plain data becomes one typed error; a GraphQL
 * error that only a wrong document can cause becomes a plain Error. 401 is the caller's: it renews the token.
 */
export function sortAnswer(raw: RawAnswer, mutation: boolean, lenience: Lenience): Outcome {
  const none = { throttle: null, requestedCost: null, actualCost: null };
  const closed = CLOSED[raw.status];
  if (closed !== undefined) return { ...none, error: new Uninstalled(closed, `answer ${raw.status}`) };
  if (raw.status === 429) {
    return { ...none, error: new Throttled(Number(raw.headers.get('retry-after') ?? 1) * 1000 || 1000) };
  }
  if (raw.status >= 300 && raw.status < 400) {
    return {
      ...none,
      error: new Unavailable('A redirect was refused: a shop answers under its own name', false),
    };
  }
  const body = raw.status === 200 ? parseBody(raw.body) : null;
  if (body === null) {
    return { ...none, error: new Unavailable(`Shopify answered ${raw.status} without data`, mutation) };
  }
  const cost = body.extensions?.cost;
  const throttle = cost?.throttleStatus ?? null;
  const measured = {
    throttle,
    requestedCost: cost?.requestedQueryCost ?? null,
    actualCost: cost?.actualQueryCost ?? null,
  };
  const error = errorIn(body, throttle, cost?.requestedQueryCost ?? 0, mutation, lenience);
  return error === null ? { ...measured, data: body.data ?? {} } : { ...measured, error };
}

function parseBody(text: string): Body | null {
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === 'object' && parsed !== null ? (parsed as Body) : null;
  } catch {
    return null;
  }
}

/** Whether a field of an object was denied and not the object itself, which would look as if it were gone. */
function ofAnObject(path: GraphqlError['path'] = []): boolean {
  return path.length >= 3 && typeof path.at(-1) === 'string';
}

function errorIn(
  body: Body,
  throttle: ThrottleStatus | null,
  requested: number,
  mutation: boolean,
  lenience: Lenience,
): Error | null {
  const errors = typeof body.errors === 'string' ? [{ message: body.errors }] : (body.errors ?? []);
  for (const error of errors) {
    const { code, requiredAccess } = error.extensions ?? {};
    if (code === 'THROTTLED') {
      // The bucket never holds as much: waiting would last for ever.
      if (throttle !== null && requested > throttle.maximumAvailable) {
        return new Error(
          `A document of ours costs ${requested} points and the bucket of this shop holds ${throttle.maximumAvailable}`,
        );
      }
      const missing = requested - (throttle?.currentlyAvailable ?? 0);
      return new Throttled((Math.max(0, missing) / (throttle?.restoreRate || 100)) * 1000);
    }
    if (code === 'SHOP_INACTIVE') return new Uninstalled('payment', error.message);
    if (code === 'INTERNAL_SERVER_ERROR' || code === 'TIMEOUT')
      return new Unavailable(error.message, mutation);
    if (code === 'ACCESS_DENIED' || /not approved to (access|use)/.test(error.message)) {
      if (lenience.denied === 'null' && ofAnObject(error.path)) continue;
      return new AccessDenied(requiredAccess ?? error.message);
    }
    return new Error(`Shopify does not accept a document of ours: ${error.message}`);
  }
  // What is left here of errors was lenient: denied fields.
  if (!body.data && errors.length === 0) {
    return new Unavailable('Shopify answered without data and without an error', mutation);
  }
  if (!mutation || lenience.userErrors === 'returned') return null;
  const refused = Object.values(body.data ?? {}).flatMap(
    (payload) => (payload as { userErrors?: UserError[] } | null)?.userErrors ?? [],
  );
  return refused.length > 0 ? new Rejected(refused) : null;
}

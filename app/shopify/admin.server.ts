import { abstractFetch } from '@shopify/shopify-api/runtime';
import { sortAnswer, type Lenience, type RawAnswer } from './answer.ts';
import { CostBucket, sleep, type ThrottleStatus } from './cost-bucket.ts';
import { Throttled, Unavailable, Uninstalled } from './errors.ts';
import type { TokenBroker } from './token-broker.server.ts';

/** The version every document is written and checked against. */
export const API_VERSION = '2026-10';
/** Longest wait for one answer. */
const ANSWER_TIMEOUT_MS = 40_000;
/** How often one request is sent before its failure is the caller's. */
const TRIES = 4;
const SHOP_DOMAIN = /^[a-z0-9][a-z0-9-]*\.myshopify\.com$/;
/** Errors that come before a connection stands, so nothing was executed. */
const NOTHING_SENT = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'UND_ERR_CONNECT_TIMEOUT']);

type RunOptions = Lenience & {
  /** executing it twice leaves the shop as executing it once: an unknown outcome may be repeated */
  repeatable?: true;
};

/** The Admin API of one shop. */
export interface AdminClient {
  readonly shop: { readonly id: number; readonly domain: string };
  /**
   * Runs a document and returns its data. Waits for points before sending, repeats what is safe to repeat.
   * @throws Throttled, Unavailable, Rejected, Uninstalled, AccessDenied; a plain Error for a wrong document
   */
  run<T>(document: string, variables?: Record<string, unknown>, options?: RunOptions): Promise<T>;
  /** Points all answers to this client cost so far. */
  pointsSpent(): number;
  /** By which version of the API the last answer to this client was given, null before the first. */
  answeredVersion(): string | null;
  /** The shop's bucket as this process knows it. */
  throttle(): ThrottleStatus;
}

/** Something a person who runs the app should know; it stops nothing. */
export type Signal = { signal: 'api-version'; expected: string; got: string };

/** How long a token that was read is not read again: each reading costs as much as a small call. */
const TOKEN_MS = 2_000;

const tokens = new WeakMap<TokenBroker, Map<string, { token: string; until: number }>>();
const buckets = new Map<string, CostBucket>();
/** What a document cost last time, in requested points. */
const knownCost = new Map<string, number>();

/** The Admin API client of a shop. @throws RangeError when the domain is not a myshopify.com one */
export function adminClient(deps: {
  shop: { id: number; domain: string };
  broker: TokenBroker;
  warn: (signal: Signal) => void;
  /** asked right before each sending, after every wait; what it throws keeps the call from going out */
  mayCall?: () => void;
  /** the shop's points per second and bucket as last told, null before the first answer */
  pace?: { restoreRate: number; bucketSize: number } | null;
}): AdminClient {
  const { shop, broker } = deps;
  if (!SHOP_DOMAIN.test(shop.domain)) throw new RangeError(`"${shop.domain}" is no shop's domain`);
  const bucket = buckets.get(shop.domain) ?? new CostBucket(deps.pace);
  buckets.set(shop.domain, bucket);
  let spent = 0;
  let answeredVersion: string | null = null;

  async function once(document: string, variables: object, options: RunOptions): Promise<unknown> {
    const mutation = isMutation(document);
    const cost = knownCost.get(document) ?? (mutation ? 10 : 50);
    let token = await tokenOf(broker, shop.domain);
    for (let renewed = false; ; renewed = true) {
      await bucket.take(cost);
      let throttle: ThrottleStatus | null = null;
      try {
        deps.mayCall?.();
        const raw = await post(shop.domain, token, { query: document, variables }, mutation);
        const version = raw.headers.get('x-shopify-api-version');
        answeredVersion = version ?? answeredVersion;
        if (version !== null && version !== API_VERSION) {
          deps.warn({ signal: 'api-version', expected: API_VERSION, got: version });
        }
        if (raw.status === 401) {
          if (renewed) throw new Uninstalled('revoked', 'a new token is refused too');
          tokens.get(broker)?.delete(shop.domain);
          token = await broker.renewed(shop.domain, token);
          continue;
        }
        const outcome = sortAnswer(raw, mutation, options);
        throttle = outcome.throttle;
        spent += outcome.actualCost ?? 0;
        if (outcome.requestedCost !== null) knownCost.set(document, outcome.requestedCost);
        if (outcome.error !== undefined) throw outcome.error;
        return outcome.data;
      } finally {
        bucket.settle(cost, throttle);
      }
    }
  }

  return {
    shop,
    pointsSpent: () => spent,
    answeredVersion: () => answeredVersion,
    throttle: () => bucket.status(),
    async run<T>(document: string, variables = {}, options: RunOptions = {}): Promise<T> {
      for (let attempt = 1; ; attempt++) {
        try {
          return (await once(document, variables, options)) as T;
        } catch (error) {
          if (attempt === TRIES || !mayRepeat(error, options)) throw error;
          if (!(error instanceof Throttled)) await sleep(250 * 2 ** attempt * (0.5 + Math.random()));
          else if (error.waitMs > 0) await sleep(error.waitMs);
        }
      }
    },
  };
}

/** The shop's token; one that was read a moment ago is taken again, and if it died meanwhile Shopify says so. */
async function tokenOf(broker: TokenBroker, domain: string): Promise<string> {
  const known = tokens.get(broker) ?? new Map<string, { token: string; until: number }>();
  tokens.set(broker, known);
  const kept = known.get(domain);
  if (kept !== undefined && performance.now() < kept.until) return kept.token;
  const token = await broker.accessToken(domain);
  known.set(domain, { token, until: performance.now() + TOKEN_MS });
  return token;
}

function mayRepeat(error: unknown, options: RunOptions): boolean {
  if (error instanceof Throttled) return true;
  if (!(error instanceof Unavailable)) return false;
  return !error.unknownOutcome || options.repeatable === true;
}

function isMutation(document: string): boolean {
  return /^\s*mutation\b/m.test(document);
}

async function post(domain: string, token: string, body: object, mutation: boolean): Promise<RawAnswer> {
  try {
    const response = await abstractFetch(`https://${domain}/admin/api/${API_VERSION}/graphql.json`, {
      method: 'POST',
      headers: {
        'Content-Type': 'application/json',
        Accept: 'application/json',
        'X-Shopify-Access-Token': token,
      },
      body: JSON.stringify(body),
      redirect: 'manual',
      signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS),
    });
    return { status: response.status, headers: response.headers, body: await response.text() };
  } catch (cause) {
    const code = ((cause as { cause?: { code?: string } }).cause?.code ?? '') as string;
    throw new Unavailable('No answer from Shopify', mutation && !NOTHING_SENT.has(code), cause);
  }
}

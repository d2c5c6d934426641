/** What can go wrong. Times are Shopify's, so they shrink with the time scale, except where "real" is said. */
export type Mischief =
  /** GraphQL: HTTP 200 with THROTTLED, nothing executed. */
  | { readonly action: 'throttle' }
  /** Any request: a plain 5xx (503 unless told), nothing executed. */
  | { readonly action: '5xx'; readonly status?: number }
  /** Any request: HTTP 502 with a page of HTML. */
  | { readonly action: 'html' }
  /** GraphQL: HTTP 200 with `errors` and no data. */
  | { readonly action: 'errors'; readonly code?: string }
  /** The request is carried out, its answer never arrives: the connection is cut after `ms` real milliseconds. */
  | { readonly action: 'timeoutAfterCommit'; readonly ms?: number }
  /** The connection is cut before anything happened. */
  | { readonly action: 'resetBeforeCommit' }
  /** Any request: refused as for a bad token, unpaid, forbidden or locked shop. */
  | { readonly action: '401' | '402' | '403' | '423' }
  /** Any request: HTTP 301 to the same path of another shop. */
  | { readonly action: 'redirect'; readonly to: string }
  /** Any request: answered `ms` real milliseconds later. */
  | { readonly action: 'delay'; readonly ms: number }
  /** Token endpoint: the answer lacks expiry and refresh token. */
  | { readonly action: 'noexp' }
  /** GraphQL: the named root field is refused for want of a scope. */
  | { readonly action: 'accessDenied'; readonly field: string }
  /** GraphQL: the answer says it was served by another API version. */
  | { readonly action: 'wrongVersion'; readonly version: string }
  /** A bulk operation started by this request fails after that many lines; `partial` keeps what was written. */
  | {
      readonly action: 'failBulk';
      readonly afterLines: number;
      readonly errorCode?: 'ACCESS_DENIED' | 'INTERNAL_SERVER_ERROR' | 'TIMEOUT';
      readonly partial?: boolean;
    }
  /** A bulk operation started by this request stays CREATED or RUNNING for good. */
  | { readonly action: 'neverFinish'; readonly status?: 'CREATED' | 'RUNNING' }
  /** A bulk operation started by this request writes its lines anywhere in the file. */
  | { readonly action: 'shuffle' }
  /** A bulk operation started by this request keeps its counts, but its file lacks the last `lines` lines. */
  | { readonly action: 'loseLines'; readonly lines: number }
  /** A bulk operation started by this request has, for `parents` roots with children, another root's line twice. */
  | { readonly action: 'loseParents'; readonly parents: number }
  /** A bulk operation started by this request counts its objects, but has neither lines nor a file. */
  | { readonly action: 'emptyBulk' }
  /** A bulk operation started by this request has these raw bytes put in after every `every` lines. */
  | { readonly action: 'garble'; readonly bytes: string; readonly every: number }
  /** Every free slot for bulk operations is taken by operations of someone else for `seconds`. */
  | { readonly action: 'foreignBulk'; readonly seconds: number }
  /** The result of a bulk operation started by this request is expired as soon as it is ready. */
  | { readonly action: 'expireUrl' }
  /** Codes added by this request: every so-many-th fails with this error, INTERNAL_ERROR unless told. */
  | { readonly action: 'failCodes'; readonly every: number; readonly code?: string }
  /** Codes added by this request: they are asked for and never come. */
  | { readonly action: 'neverAdd' }
  /** Download: the connection is cut after that share of the bytes; `silent` ends it as if it were whole. */
  | { readonly action: 'truncate'; readonly share: number; readonly silent?: boolean }
  /** Download: sent gzipped. */
  | { readonly action: 'gzip' }
  /** Download: no more than that many bytes in a real second. */
  | { readonly action: 'slow'; readonly bytesPerSecond: number }
  /** Webhook: sent with the unprefixed `shopify-` headers that events have. */
  | { readonly action: 'eventHeaders' }
  /** Webhook: never sent. */
  | { readonly action: 'drop' }
  /** Webhook: sent that many times instead of once. */
  | { readonly action: 'duplicate'; readonly copies: number }
  /** Webhook: sent `seconds` later, so that others overtake it. */
  | { readonly action: 'late'; readonly seconds: number };

export type TroubleRule = Mischief & {
  /** Name of the GraphQL operation or of a root field; 'token', 'download', 'upload'; a webhook's topic. */
  readonly op?: string | RegExp;
  readonly path?: string | RegExp;
  /** Domain of the shop; any shop when left out. */
  readonly shop?: string;
  /** Something the raw request body contains. */
  readonly text?: string | RegExp;
  /** The first occasion it strikes at, from 1; then at `times` occasions (1 unless told). */
  readonly nth?: number;
  readonly times?: number;
  /** Strikes at an occasion only with this chance, drawn from a seeded sequence. */
  readonly chance?: number;
};

/** Something the stand-in is about to do. */
type Occasion = {
  readonly shop: string;
  readonly path: string;
  readonly ops: readonly string[];
  readonly body: string;
};

export type Trouble = {
  /** Adds a rule; the returned function takes it away again. */
  add(rule: TroubleRule): () => void;
  clear(): void;
  /** What strikes at this occasion; counts the occasion for every rule it matches. */
  at(occasion: Occasion): Mischief[];
};

export function createTrouble(): Trouble {
  const rules = new Map<TroubleRule, { seen: number; struck: number }>();
  let seed = 20_261_001;
  const draw = (): number => {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
    return seed / 2 ** 32;
  };
  return {
    add: (rule) => {
      rules.set(rule, { seen: 0, struck: 0 });
      return () => rules.delete(rule);
    },
    clear: () => rules.clear(),
    at: (occasion) =>
      [...rules].flatMap(([rule, count]) => {
        if (!matches(rule, occasion)) return [];
        count.seen++;
        if (count.seen < (rule.nth ?? 1) || count.struck >= (rule.times ?? 1)) return [];
        if (rule.chance !== undefined && draw() >= rule.chance) return [];
        count.struck++;
        return [rule];
      }),
  };
}

/** The mischief of one kind among those that struck. */
export function struckBy<A extends Mischief['action']>(
  struck: readonly Mischief[],
  ...actions: readonly A[]
): Extract<Mischief, { readonly action: A }> | undefined {
  return struck.find((one): one is Extract<Mischief, { readonly action: A }> =>
    (actions as readonly string[]).includes(one.action),
  );
}

function matches(rule: TroubleRule, occasion: Occasion): boolean {
  const { op, path, shop, text } = rule;
  return (
    (shop === undefined || shop === occasion.shop) &&
    (op === undefined ||
      occasion.ops.some((name) => (typeof op === 'string' ? op === name : op.test(name)))) &&
    (path === undefined || contains(occasion.path, path)) &&
    (text === undefined || contains(occasion.body, text))
  );
}

function contains(whole: string, part: string | RegExp): boolean {
  return typeof part === 'string' ? whole.includes(part) : part.test(whole);
}

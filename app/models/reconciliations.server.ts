import type { PoolClient } from 'pg';
import { sqlInShop } from '#app/db.server.ts';

/**
 * The looks whether what is stored is what Shopify has: at what changed since the last look, at two whole days, at the
 * counts of everything, and whether scores are those of the stored orders.
 */
export const LOOK_KINDS = ['recent', 'two-days', 'counts', 'scores'] as const;
export type LookKind = (typeof LOOK_KINDS)[number];

/** One look. Instants are epoch milliseconds. */
export type Look = {
  id: number;
  kind: LookKind;
  startedAt: number;
  /** null while it is under way */
  finishedAt: number | null;
  /** orders and customers read */
  lookedAt: number;
  /** of them differed from what was stored, although no word of it was on its way */
  drift: number;
  detail: LookDetail;
};

/** What a look found beside its counts, and how far it came. */
export type LookDetail = {
  /** 'two-days': up to where orders and customers are read, epoch milliseconds */
  changesUntil?: number;
  customersUntil?: number;
  /** 'two-days': orders that usually come in each hour of a week, from Thursday 00:00 UTC like the epoch */
  usual?: number[];
  /** 'recent': since when Shopify has been silent for unusually long, null while it is not */
  silentSince?: number | null;
  /** 'counts' */
  orders?: ComparedCount;
  customers?: ComparedCount;
  /** 'counts': a new import was opened for what is missing */
  importAgain?: boolean;
};

/** What one count of a shop came to. */
export type ComparedCount = {
  counted: number;
  stored: number;
  /** at Shopify and not here */
  missing: number;
  /** here and no longer at Shopify */
  surplus: number;
  /** ids from here on were asked for one by one, null before the first */
  askedFrom: number | null;
};

const LOOK = `id, kind, started_at as "startedAt", finished_at as "finishedAt", looked_at as "lookedAt", drift,
  coalesce(detail, '{}') as detail`;

/** The look of a kind that is under way, or a new one. */
export function openLook(shopId: number, kind: LookKind): Promise<Look> {
  return sqlInShop(shopId, async (client) => {
    const open = await client.query<Look>(
      `select ${LOOK} from reconciliations where shop_id = $1 and kind = $2 and finished_at is null
       order by id desc limit 1`,
      [shopId, kind],
    );
    if (open.rows[0] !== undefined) return open.rows[0];
    const { rows } = await client.query<Look>(
      `insert into reconciliations (shop_id, kind) values ($1, $2) returning ${LOOK}`,
      [shopId, kind],
    );
    return rows[0] as Look;
  });
}

/** The newest look of each kind; kinds that never were are missing. */
export function newestLooks(shopId: number): Promise<Map<LookKind, Look>> {
  return sqlInShop(shopId, async (client) => {
    const { rows } = await client.query<Look>(
      `select l.* from unnest($2::text[]) k(name) cross join lateral (
         select ${LOOK} from reconciliations where shop_id = $1 and kind = k.name order by id desc limit 1) l`,
      [shopId, LOOK_KINDS],
    );
    return new Map(rows.map((look) => [look.kind, look]));
  });
}

/** Adds to what a look saw, and to its detail. */
export async function addToLook(
  client: PoolClient,
  shopId: number,
  id: number,
  found: { lookedAt?: number; drift?: number; detail?: LookDetail },
): Promise<void> {
  await client.query(
    `update reconciliations set looked_at = looked_at + $3, drift = drift + $4,
       detail = coalesce(detail, '{}') || $5::jsonb
     where shop_id = $1 and id = $2`,
    [shopId, id, found.lookedAt ?? 0, found.drift ?? 0, JSON.stringify(found.detail ?? {})],
  );
}

/** Ends a look. @returns it as it ended */
export function finishLook(shopId: number, id: number, detail: LookDetail = {}): Promise<Look> {
  return sqlInShop(shopId, async (client) => {
    await addToLook(client, shopId, id, { detail });
    const { rows } = await client.query<Look>(
      `update reconciliations set finished_at = clock_timestamp() where shop_id = $1 and id = $2 returning ${LOOK}`,
      [shopId, id],
    );
    return rows[0] as Look;
  });
}

/** What the looks that began in the last 24 hours saw and found differing, by kind. */
export function driftOfDay(shopId: number): Promise<{ kind: LookKind; lookedAt: number; drift: number }[]> {
  return sqlInShop(shopId, async (client) => {
    const { rows } = await client.query<{ kind: LookKind; lookedAt: number; drift: number }>(
      `select kind, sum(looked_at)::int8 as "lookedAt", sum(drift)::int8 as drift from reconciliations
       where shop_id = $1 and started_at > clock_timestamp() - interval '24 hours' group by kind`,
      [shopId],
    );
    return rows;
  });
}

import { createHmac, hkdfSync } from 'node:crypto';
import type { PoolClient } from 'pg';
import { readInShop, sqlInShop } from '#app/db.server.ts';
import { env } from '#app/env.server.ts';

/** The customers of a shop that were erased; nothing may store them again. */
export type Erased = {
  /** how many there are */
  size: number;
  has: (customerId: number) => boolean;
};

/**
 * How one key of TOKEN_KEYS marks customers. `trace` is 16 bits of the mark that cost next to nothing, so that a load
 * computes the whole mark for one customer in 65,536 and for the erased ones.
 */
type Marker = { id: string; trace: (customerId: number) => number; mark: (customerId: number) => Buffer };

const MAC_BYTES = 32;
const TRACE_BYTES = 2;

/** The key of each entry of TOKEN_KEYS, first the one that marks; a tombstone names the one it was made with. */
const keys = env.TOKEN_KEYS.split(',').map((entry) => {
  const colon = entry.indexOf(':');
  const key = Buffer.from(entry.slice(colon + 1), 'base64');
  const derived = Buffer.from(hkdfSync('sha256', key, '', 'rekindle erased customers', MAC_BYTES + 8));
  return { id: entry.slice(0, colon), secret: derived };
});

function markerOf(shopId: number, { id, secret }: (typeof keys)[number]): Marker {
  const macKey = secret.subarray(0, MAC_BYTES);
  const [a, b] = [secret.readInt32LE(MAC_BYTES), secret.readInt32LE(MAC_BYTES + 4)];
  const trace = (customerId: number): number => {
    const high = Math.floor(customerId / 0x1_0000_0000);
    let mixed = Math.imul(customerId ^ a, b | 1) + Math.imul(high ^ b, a | 1);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x2c1b3c6d);
    return (mixed ^ (mixed >>> 12)) & 0xffff;
  };
  return {
    id,
    trace,
    mark(customerId) {
      const mac = createHmac('sha256', macKey).update(`${shopId} ${customerId}`).digest();
      const traced = Buffer.alloc(TRACE_BYTES);
      traced.writeUInt16BE(trace(customerId));
      return Buffer.concat([traced, mac, Buffer.from(id)]);
    },
  };
}

/** The tombstones of the shop as hexadecimal text, SQL: what `erasedOf` takes. */
export const TOMBSTONES = `(select coalesce(array_agg(encode(customer_hash, 'hex')), '{}') from tombstones)`;

/**
 * The erased customers that these tombstones (hexadecimal) are of. Tombstones hold until the transaction ends: while
 * it runs nobody is erased.
 * @throws Error when a key that made one of them is gone from TOKEN_KEYS
 */
export function erasedOf(shopId: number, tombstones: readonly string[]): Erased {
  if (tombstones.length === 0) return { size: 0, has: () => false };
  const known = new Set(tombstones);
  const ids = new Set(
    tombstones.map((hex) => Buffer.from(hex, 'hex').toString('utf8', TRACE_BYTES + MAC_BYTES)),
  );
  const used = keys.filter(({ id }) => ids.delete(id)).map((key) => markerOf(shopId, key));
  if (ids.size > 0) {
    throw new Error(
      `No key "${[...ids].join('", "')}": keep retired keys in TOKEN_KEYS, erased customers are known by them`,
    );
  }
  const traced = new Uint8Array(0x1_0000);
  for (const hex of tombstones) traced[Number.parseInt(hex.slice(0, 2 * TRACE_BYTES), 16)] = 1;
  return {
    size: tombstones.length,
    has: (customerId) =>
      used.some(
        ({ trace, mark }) => traced[trace(customerId)] === 1 && known.has(mark(customerId).toString('hex')),
      ),
  };
}

/** The erased customers of the client's shop. */
export async function erasedCustomers(client: PoolClient, shopId: number): Promise<Erased> {
  const { rows } = await client.query<{ erased: string[] }>({
    name: 'tombstones',
    text: `select ${TOMBSTONES} as erased`,
  });
  return erasedOf(shopId, rows[0]?.erased ?? []);
}

/** A text that was quoted from Shopify, empty when it names an erased customer by its gid. */
export function quotable(erased: Erased, text: string): string {
  const named = text.matchAll(/Customer\/(\d{1,16})/g);
  return erased.size > 0 && [...named].some(([, id]) => erased.has(Number(id))) ? '' : text;
}

/** Notes that a customer is erased, so that nothing stores it again from now on. Once is enough. */
export async function markErased(shopId: number, customerId: number): Promise<void> {
  const mark = markerOf(shopId, keys[0]!).mark(customerId);
  await sqlInShop(shopId, async (client) => {
    // Under another key it may be marked already.
    if ((await erasedCustomers(client, shopId)).has(customerId)) return;
    await client.query(
      'insert into tombstones (shop_id, customer_hash) values ($1, $2) on conflict do nothing',
      [shopId, mark],
    );
  });
}

/** How many customers of the shop were erased since an instant (epoch milliseconds), or ever. */
export async function countErased(shopId: number, since = 0): Promise<number> {
  const [row] = await readInShop<{ n: number }>(
    shopId,
    `select count(*) as n from tombstones where shop_id = $1 and redacted_at >= to_timestamp('${Number(since)}'::float8 / 1000)`,
  );
  return row?.n ?? 0;
}

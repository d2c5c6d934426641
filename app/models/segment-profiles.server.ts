import type { PoolClient } from 'pg';
import { readInShop, sqlInShop } from '#app/db.server.ts';
import type { Day } from '#app/rfm/calendar.ts';
import type { SegmentProfile } from '#app/rfm/segment-profile.ts';
import type { SegmentSlug } from '#app/rfm/schemes.ts';

/** A profile with the day it is as of, and the products' present titles: those that are stored. */
type TitledProfile = SegmentProfile & { asOf: Day; titles: Record<number, string> };

/** The full run of which profiles are stored, null before the first. */
export async function profiledRun(shopId: number): Promise<number | null> {
  return sqlInShop(shopId, async (client) => {
    const { rows } = await client.query<{ run: number | null }>(
      'select min(run_id) as run from segment_profiles where shop_id = $1',
      [shopId],
    );
    return rows[0]?.run ?? null;
  });
}

/** Forgets the profiles: the segments of another scheme are not theirs, whatever they are called. */
export async function forgetProfiles(client: PoolClient, shopId: number): Promise<void> {
  await client.query('delete from segment_profiles where shop_id = $1', [shopId]);
}

/** Stores the profiles of a run, all or none, in place of those of earlier runs; those of a later run stay. */
export async function keepProfiles(
  shopId: number,
  runId: number,
  asOf: Day,
  profiles: readonly SegmentProfile[],
): Promise<void> {
  await sqlInShop(shopId, async (client) => {
    // Another scheme has other segments.
    await client.query('delete from segment_profiles where shop_id = $1 and run_id < $2', [shopId, runId]);
    await client.query(
      `insert into segment_profiles
         (shop_id, segment, run_id, as_of, customers, at_stake, known, known_in_shop, products, types)
       select $1, segment, $2, date '1970-01-01' + $3::int, customers, "atStake", known, "knownInShop", products, types
       from jsonb_to_recordset($4) p (segment text, customers int, "atStake" int8, known int, "knownInShop" int,
         products jsonb, types jsonb)
       where not exists (select from segment_profiles where shop_id = $1 and run_id > $2)
       on conflict (shop_id, segment) do update set run_id = excluded.run_id, as_of = excluded.as_of,
         customers = excluded.customers, at_stake = excluded.at_stake, known = excluded.known,
         known_in_shop = excluded.known_in_shop, products = excluded.products, types = excluded.types
       where segment_profiles.run_id <= excluded.run_id`,
      [shopId, runId, asOf, JSON.stringify(profiles)],
    );
  });
}

const PROFILE = `segment, as_of as "asOf", customers, at_stake as "atStake", known, known_in_shop as "knownInShop",
  products, types`;

/** The profile of a segment, null before the first was made. */
export async function segmentProfile(shopId: number, segment: SegmentSlug): Promise<TitledProfile | null> {
  return sqlInShop(shopId, async (client) => {
    const { rows } = await client.query<TitledProfile>(
      `select ${PROFILE}, coalesce((
           select jsonb_object_agg(id, title) from products
           where shop_id = $1 and id in (select (product ->> 'what')::int8 from jsonb_array_elements(s.products) product)
         ), '{}') as titles
       from segment_profiles s where shop_id = $1 and segment = $2`,
      [shopId, segment],
    );
    return rows[0] ?? null;
  });
}

/** What the customers of each segment have at stake, minor units, and the day it is as of; empty before the first. */
export async function moneyAtStake(
  shopId: number,
): Promise<Map<SegmentSlug, { atStake: number; asOf: Day }>> {
  const rows = await readInShop<{ segment: SegmentSlug; atStake: number; asOf: Day }>(
    shopId,
    `select segment, at_stake as "atStake", as_of as "asOf" from segment_profiles where shop_id = $1`,
  );
  return new Map(rows.map(({ segment, ...money }) => [segment, money]));
}

import { readInShop } from '#app/db.server.ts';
import type { NamedSegment } from '#app/rfm/own-scheme.ts';
import { schemeOf, type Scheme, type SchemeChoice } from '#app/rfm/schemes.ts';

/** The scheme by which stored segments were named, and what the merchant calls the segments of their own now. */
export type SchemeInForce = { choice: SchemeChoice; named: NamedSegment[] };

/** The scheme of the latest full run, before the first one that of the settings. */
export async function schemeInForce(shopId: number): Promise<SchemeInForce> {
  const [row] = await readInShop<{ run: SchemeChoice | null; settings: SchemeChoice }>(
    shopId,
    `select (select scheme from score_runs where shop_id = $1 order by id desc limit 1) as run,
       jsonb_build_object('scheme', scheme, 'ownScheme', own_scheme) as settings
     from settings where shop_id = $1`,
  );
  const { run, settings } = row!;
  const { segments = [], former = [] } = settings.ownScheme ?? {};
  return {
    choice: run ?? settings,
    named: [...segments, ...former].map(({ slug, name, color }) => ({ slug, name, color })),
  };
}

/** The same, worked out. */
export async function currentScheme(shopId: number): Promise<Scheme> {
  return schemeOf((await schemeInForce(shopId)).choice);
}

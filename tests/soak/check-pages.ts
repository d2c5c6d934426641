import { shopProgress } from '#app/progress.server.ts';
import type { SoakShop, SoakWorld } from './world.ts';

type Stored = {
  phase: string;
  writing: string;
  segments: { slug: string; count: number; monetary: number }[] | null;
};

/** I10: what Home says of import, scores and write-back is what the tables say. */
export async function truthfulHome({ database }: SoakWorld, shop: SoakShop): Promise<string[]> {
  const row = await shop.row();
  const progress = await shopProgress(row);
  const { rows } = await database.query<Stored>(
    `select (select phase from imports where shop_id = $1 order by id desc limit 1) as phase,
       (select state from write_runs where shop_id = $1 and kind = 'full' order by id desc limit 1) as writing,
       (select json_agg(json_build_object('slug', segment, 'count', n, 'monetary', sum) order by segment)
        from (select segment, count(*) as n, sum(monetary) as sum from scores
          where shop_id = $1 and segment is not null group by 1) as s) as segments`,
    [row.id],
  );
  const stored = rows[0];
  const told = (progress.run?.segments ?? [])
    .filter(({ customers }) => customers > 0)
    .map(({ segment, customers, monetary }) => ({ slug: segment, count: customers, monetary }))
    .sort((a, b) => (a.slug < b.slug ? -1 : 1));
  const scored = (stored?.segments ?? []).reduce((sum, { count }) => sum + count, 0);
  return [
    ...differs('the import', progress.import?.phase, stored?.phase),
    ...differs('the write-back', progress.writeBack?.state ?? null, stored?.writing ?? null),
    ...differs('segments', told, stored?.segments ?? []),
    ...differs('scored customers', progress.run?.scored, scored),
    ...differs('why work stands still', progress.parkedReason, null),
    ...differs('given up', progress.givenUp, null),
  ];
}

function differs(what: string, told: unknown, stored: unknown): string[] {
  const [said, is] = [JSON.stringify(told), JSON.stringify(stored)];
  return said === is ? [] : [`I10 Home says of ${what} ${said}, the tables say ${is}`];
}

/** Share of calls that may meet an empty bucket beside those that were made to. */
const THROTTLED_SHARE = 0.02;

/** I11: calls wait for the bucket instead of running into it, and no write-back says that it spent more than was taken. */
export async function withinBudget({ database, shopify }: SoakWorld, shop: SoakShop): Promise<string[]> {
  const calls = shopify.calls.all.filter((call) => call.shop === shop.fake.domain && call.kind === 'graphql');
  const throttled = calls.filter((call) => call.throttled).length;
  const spent = calls.reduce((sum, { actual }) => sum + actual, 0);
  const { id } = await shop.row();
  const { rows } = await database.query<{ told: number }>(
    'select coalesce(sum(points), 0)::float8 as told from write_runs where shop_id = $1',
    [id],
  );
  const told = rows[0]?.told ?? 0;
  return [
    ...(throttled > shop.throttles + calls.length * THROTTLED_SHARE
      ? [`I11 ${throttled} of ${calls.length} calls were throttled`]
      : []),
    ...(told > spent ? [`I11 write-backs say they spent ${told} points of ${spent}`] : []),
  ];
}

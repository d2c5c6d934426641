// One process: Shopify, whose shops are prepared with the app's own code, and the shops' buyers. follow.ts starts it,
// then web and worker of the app, and says when the buyers begin.
import { isDeepStrictEqual } from 'node:util';
import { setTimeout as sleep } from 'node:timers/promises';
import { closeDatabase, directory } from '#app/db.server.ts';
import { expectedBetweenRuns, heldScores, storedScores } from '#tests/jobs/expected.ts';
import { preparedShops } from './follow-shops.ts';
import { placeOrders } from './follow-load.ts';
import type { Scenario } from './follow.ts';

/** What one round brought. */
export type FollowRound = {
  orders: number;
  waits: number[];
  points: number;
  calls: number;
  throttled: number;
  webhooks: number;
  wrongShops: number;
};

/** Milliseconds that the last digits are waited for, and between looks at them. */
const [PATIENCE, LOOK_MS] = [20_000, 500];

const scenario = JSON.parse(process.argv[2] ?? '') as Scenario & { appUrl: string };
const [apiKey = '', apiSecret = ''] = [process.env.SHOPIFY_API_KEY, process.env.SHOPIFY_API_SECRET];
const { shopify, shops } = await preparedShops({ ...scenario, apiKey, apiSecret });
const told = new Promise<void>((resolve) => process.once('message', () => resolve()));
process.send?.(shopify.url);
await told;
shopify.calls.clear();
const { orders, waits } = await placeOrders(shops, scenario);
const [calls, webhooks] = [shopify.calls.all.filter(graphql), shopify.calls.all.length];
const round: FollowRound = {
  orders,
  waits,
  points: shopify.calls.points(),
  calls: calls.length,
  throttled: calls.filter(({ throttled }) => throttled).length,
  webhooks: webhooks - calls.length,
  wrongShops: 0,
};
for (const end = performance.now() + PATIENCE; performance.now() < end; await sleep(LOOK_MS)) {
  round.wrongShops = await wrongShops();
  if (round.wrongShops === 0) break;
}
process.send?.(round);
await closeDatabase();
await shopify.close();

/** Shops in which a stored score or what a customer carries is not what it should be. */
async function wrongShops(): Promise<number> {
  let wrong = 0;
  for (const fake of shops) {
    const id = (await directory.shopByDomain(fake.domain))?.id ?? 0;
    const expected = await expectedBetweenRuns(id, fake);
    const right = [await storedScores(id), heldScores(fake)].every((is) => isDeepStrictEqual(is, expected));
    if (!right) wrong += 1;
  }
  return wrong;
}

function graphql({ kind }: { kind: string }): boolean {
  return kind === 'graphql';
}

import { sqlInShop } from '#app/db.server.ts';
import { mergeCustomers, removeCustomers } from '#app/models/gone.server.ts';
import { alone } from './alone.server.ts';
import { step } from './step.server.ts';

/**
 * Removes customers that Shopify no longer has. Nobody may score meanwhile: a full run would bring them back. False
 * while somebody does, and nothing was done then.
 */
export function forgetCustomers(shopId: number, ids: readonly number[]): Promise<boolean> {
  if (ids.length === 0) return Promise.resolve(true);
  return whileNobodyScores(shopId, () =>
    step('gone.customers', () => sqlInShop(shopId, (client) => removeCustomers(client, shopId, ids))),
  );
}

/** Moves everything of a customer to the one it was merged into. False while somebody scores, as above. */
export function mergeInto(shopId: number, goneId: number, keptId: number): Promise<boolean> {
  return whileNobodyScores(shopId, () =>
    step('gone.merge', () => sqlInShop(shopId, (client) => mergeCustomers(client, shopId, goneId, keptId))),
  );
}

async function whileNobodyScores(shopId: number, work: () => Promise<void>): Promise<boolean> {
  let done = false;
  await alone(shopId, 'score', async () => {
    await work();
    done = true;
  });
  return done;
}

import * as fc from 'fast-check';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { sqlInShop } from '#app/db.server.ts';
import { eraseCustomer } from '#app/jobs/erase-customer.server.ts';
import { mergeInto } from '#app/jobs/forget-customers.server.ts';
import { closeQueue } from '#app/jobs/queue.server.ts';
import { onStep } from '#app/jobs/step.server.ts';
import { campaign } from '#app/models/campaigns.server.ts';
import { stateAfter } from '#app/campaigns/states.ts';
import { mergeCustomers, setConsent } from '#tests/fake-shopify/store-customers.ts';
import { placeOrder } from '#tests/fake-shopify/store-orders.ts';
import { message, planOf } from '#tests/campaigns/plans.ts';
import { testDatabase } from '#tests/support/database.ts';
import { launched, look, members, move, offersOf, passDays, tagged } from './campaign-shop.ts';
import { bearDeath, dyingAt } from './deaths.ts';
import { drain, installed, lookAgain, runPipeline, smallShop, type Pipeline } from './pipeline.ts';

testDatabase();
afterEach(() => onStep(undefined));
afterAll(() => closeQueue(1));

const TEN = { kind: 'percentage' as const, percent: 10, minimum: null, on: { kind: 'all' as const } };
const nth = fc.nat(30);
const act = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({ what: fc.constant('days' as const), n: fc.integer({ min: 1, max: 4 }) }),
  },
  { weight: 3, arbitrary: fc.record({ what: fc.constant('death' as const), n: fc.nat(60) }) },
  {
    weight: 5,
    arbitrary: fc.record({
      what: fc.constantFrom('order' as const, 'unsubscribe' as const, 'erase' as const, 'merge' as const),
      n: nth,
    }),
  },
  { weight: 1, arbitrary: fc.record({ what: fc.constantFrom('pause' as const, 'resume' as const), n: nth }) },
);
const history = fc.tuple(fc.array(act, { minLength: 6, maxLength: 14 }), fc.boolean());

describe('any history of a campaign', () => {
  it('X14, X15: then nobody is given an offer who was held out, unsubscribed, erased or ordered', async () => {
    await fc.assert(
      fc.asyncProperty(history, async ([acts, stops]) => {
        const pipeline = await installed(smallShop({ customers: 40 }));
        const { shop, fake } = pipeline;
        await runPipeline(pipeline);
        const steps = [
          message({ kind: 'none' }),
          message(TEN, 2),
          message({ kind: 'none' }, 2, { kind: 'reminder' }),
        ];
        const plan = planOf(
          { ladder: steps, holdOut: 0.3, observeDays: 40 },
          { consent: 'email', quietDays: 60 },
        );
        const { id } = await launched(shop.id, plan);
        await drain();
        // Whom no tag may be put on from now on, and why.
        const held = new Set((await members(shop.id, id)).flatMap((one) => (one.heldOut ? [one.id] : [])));
        const out = {
          held,
          order: new Set<number>(),
          unsubscribe: new Set<number>(),
          erase: new Set<number>(),
        };
        const known = new Set<string>();
        /** Offers that were given since the last time this was asked. */
        const fresh = async (): Promise<number[]> => {
          const given = (await offersOf(shop.id, id)).filter(({ state }) => state === 'given');
          const since = given.filter(({ id: one, entry, step }) => !known.has(`${one} ${entry} ${step}`));
          for (const { id: one, entry, step } of since) known.add(`${one} ${entry} ${step}`);
          return since.map((offer) => offer.id);
        };
        const check = async (): Promise<void> => {
          for (const one of await fresh()) {
            const why = Object.keys(out).filter((name) => out[name as keyof typeof out].has(one));
            expect([one, why]).toEqual([one, []]);
          }
          for (const { id: one, heldOut, entry } of await members(shop.id, id)) {
            expect(entry).toBe(1);
            if (heldOut) expect(tagged(fake)).not.toContain(one);
          }
        };
        await check();
        const people = [...fake.customers.keys()];
        for (const { what, n } of acts) {
          const who = people[n % people.length]!;
          const there = fake.customers.has(who) && !out.erase.has(who);
          if (what === 'days') await passDays(shop.id, n);
          if (what === 'death') onStep(dyingAt(n));
          if (what === 'pause' || what === 'resume') {
            const { state } = (await campaign(shop.id, id))!;
            if (stateAfter(state, what) !== null) await move(shop.id, id, what);
          }
          if (there && what === 'order')
            placeOrder(fake, { customerId: who, total: 900, createdAt: Date.now() });
          if (there && what === 'unsubscribe')
            setConsent(fake, who, { emailState: 'UNSUBSCRIBED' }, Date.now());
          if (what === 'order' || what === 'unsubscribe') await lookAgain(pipeline, { onCrash: bearDeath });
          if (what === 'erase')
            await eraseCustomer(shop.id, { customerId: who, orderIds: [] }).catch(bearDeath);
          const kept = people[(n + 1) % people.length]!;
          if (what === 'merge' && there && fake.customers.has(kept) && !out.erase.has(kept)) {
            mergeCustomers(fake, kept, who, Date.now());
            onStep(undefined);
            expect(await mergeInto(shop.id, who, kept)).toBe(true);
            for (const why of ['held', 'order'] as const) if (out[why].has(who)) out[why].add(kept);
            out.unsubscribe.delete(kept);
            // What the other was given is not given anew.
            await fresh();
          }
          if (there && (what === 'order' || what === 'unsubscribe' || what === 'erase')) out[what].add(who);
          await patientLook(pipeline);
          await check();
        }
        onStep(undefined);
        if (stops) {
          const { state } = (await campaign(shop.id, id))!;
          if (stateAfter(state, 'stop') !== null) await move(shop.id, id, 'stop');
        } else await passDays(shop.id, 60);
        for (let n = 0; n < 3; n += 1) await look(pipeline);
        // What was on an erased customer goes with Shopify's own erasure.
        const stored = await storedIds(shop.id);
        expect(tagged(fake).filter((one) => stored.has(one))).toEqual([]);
        await pipeline.close();
      }),
      { numRuns: 5, seed: 20261123, endOnFailure: true },
    );
  }, 180_000);
});

/** Looks until a death that is to come has come, or will not. */
async function patientLook(pipeline: Pipeline): Promise<void> {
  for (let n = 0; n < 2; n += 1) {
    await sqlInShop(pipeline.shop.id, (client) =>
      client.query('update leases set held_until = now() where shop_id = $1', [pipeline.shop.id]),
    );
    await look(pipeline).catch(bearDeath);
    await drain({ onCrash: bearDeath });
  }
}

async function storedIds(shopId: number): Promise<Set<number>> {
  return sqlInShop(shopId, async (client) => {
    const { rows } = await client.query<{ id: number }>(
      'select customer_id as id from scores where shop_id = $1',
      [shopId],
    );
    return new Set(rows.map(({ id }) => id));
  });
}

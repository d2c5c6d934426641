import { describe, expect, it } from 'vitest';
import { parsePlan } from '#app/campaigns/parse-plan.ts';
import { sqlInShop } from '#app/db.server.ts';
import { campaignEvents } from '#app/models/campaign-events.server.ts';
import { approveAll, decideOffers, type Decision, type OfferKey } from '#app/models/campaign-queue.server.ts';
import { countCampaignAudience } from '#app/models/campaign-audience.server.ts';
import { campaignProgress } from '#app/models/campaign-progress.server.ts';
import { QUEUE_PARTS, queueCounts, waitingOffers } from '#app/models/campaign-waiting.server.ts';
import { message, planOf } from '#tests/campaigns/plans.ts';
import { launched, move, turn } from '#tests/jobs/campaign-shop.ts';
import { storeScores } from '#tests/routes/built-pages.ts';
import { testDatabase, testShop } from '#tests/support/database.ts';

testDatabase();
const [ANNA, BEN] = [71, 72];

/** A shop whose campaign has offers that wait for staff, with a code or without. */
async function waiting(coded = true) {
  const shop = (await testShop()).id;
  await storeScores(shop, 1001, 30);
  const offer = coded ? ({ kind: 'free-shipping', minimum: null } as const) : ({ kind: 'none' } as const);
  const { id } = await launched(shop, planOf({ mode: 'manual', ladder: [message(offer)] }));
  await turn(shop);
  const { rows } = await waitingOffers(shop, id, ANNA, 'to-do', null, 100);
  const keys = rows.map(({ customerId, entry, step }): OfferKey => ({ customerId, entry, step }));
  return { shop, id, keys, rows };
}
const states = async (shop: number, keys: readonly OfferKey[]) => {
  const { rows } = await sqlInShop(shop, (client) =>
    client.query<{ state: string }>(
      'select state from offers where shop_id = $1 and customer_id = any($2) order by customer_id',
      [shop, keys.map(({ customerId }) => customerId)],
    ),
  );
  return rows.map(({ state }) => state);
};

describe('the queue of a Manual campaign', () => {
  it('given a launch, then everybody who is treated waits for staff, who spent most first, page by page both ways', async () => {
    const { shop, id, rows } = await waiting();
    expect(rows.length).toBeGreaterThan(15);
    expect(rows.map(({ monetary }) => monetary)).toEqual(
      rows.map(({ monetary }) => monetary).toSorted((a, b) => b - a),
    );
    const first = await waitingOffers(shop, id, ANNA, 'to-do', null, 10);
    const second = await waitingOffers(shop, id, ANNA, 'to-do', first.next, 10);
    expect([...first.rows, ...second.rows].map(({ customerId }) => customerId)).toEqual(
      rows.slice(0, 20).map(({ customerId }) => customerId),
    );
    expect((await waitingOffers(shop, id, ANNA, 'to-do', second.previous, 10)).rows).toEqual(first.rows);
  });

  it('given customers skipped for reasons, then the page says how many for which, and a later plan can leave them out', async () => {
    const { shop, id, keys } = await waiting();
    await decideOffers(shop, ANNA, id, keys.slice(0, 2), { what: 'skip', reason: 'complaint' });
    await decideOffers(shop, ANNA, id, keys.slice(2, 3), { what: 'skip', reason: 'will-buy' });
    expect((await campaignProgress(shop, id)).notGiven).toEqual([
      { step: 0, reason: 'complaint', offers: 2 },
      { step: 0, reason: 'will-buy', offers: 1 },
    ]);
    const asked = planOf({}, { leaveOutSkipped: ['complaint', 'other'] }).audience;
    expect(parsePlan(planOf({}, asked))).toMatchObject({ ok: true, plan: { audience: asked } });
    expect(await countCampaignAudience(shop, asked, id)).toMatchObject({ leftOut: { excluded: 2 } });
  });

  it.each([
    [true, 'approved'],
    [false, 'ready'],
  ])('given an offer with a code (%s), when it is approved, then it is %s', async (coded, state) => {
    const { shop, id, keys } = await waiting(coded);
    expect(await decideOffers(shop, ANNA, id, keys.slice(0, 1), { what: 'approve' })).toEqual({
      done: 1,
      late: [],
      over: false,
    });
    expect(await states(shop, keys.slice(0, 1))).toEqual([state]);
  });

  it('given two people who decide at once, then one decision stands, and the other hears whose', async () => {
    const { shop, id, keys } = await waiting();
    const [key] = keys as [OfferKey];
    const both: [number, Decision][] = [
      [ANNA, { what: 'approve' }],
      [BEN, { what: 'skip', reason: 'complaint' }],
    ];
    const [one, other] = await Promise.all(
      both.map(([who, what]) => decideOffers(shop, who, id, [key], what)),
    );
    expect([one!.done, other!.done].toSorted()).toEqual([0, 1]);
    const [winner, late] = one!.done === 1 ? [ANNA, other!] : [BEN, one!];
    expect(late.late).toEqual([{ customerId: key.customerId, by: winner }]);
    expect(await states(shop, [key])).toEqual([winner === ANNA ? 'approved' : 'skipped']);
  });

  it('given an offer, when it is put off, then it waits under Later, and can still be decided', async () => {
    const { shop, id, keys } = await waiting();
    await decideOffers(shop, ANNA, id, keys.slice(0, 2), { what: 'later', until: 99_999 });
    expect(await queueCounts(shop, id, ANNA)).toEqual({ 'to-do': keys.length - 2, later: 2, mine: 0 });
    const { rows } = await waitingOffers(shop, id, ANNA, 'later', null, 10);
    expect(rows.map(({ laterUntil }) => laterUntil)).toEqual([99_999, 99_999]);
    await decideOffers(shop, BEN, id, keys.slice(0, 1), { what: 'approve' });
    expect(await queueCounts(shop, id, ANNA)).toMatchObject({ later: 1 });
  });

  it('given offers, when they are assigned, then they are that person’s, and can be decided by anybody', async () => {
    const { shop, id, keys } = await waiting();
    await decideOffers(shop, ANNA, id, keys.slice(0, 3), { what: 'assign', to: BEN });
    expect(await queueCounts(shop, id, BEN)).toMatchObject({ mine: 3 });
    expect(await queueCounts(shop, id, ANNA)).toMatchObject({ mine: 0 });
    expect(await decideOffers(shop, ANNA, id, keys.slice(0, 1), { what: 'approve' })).toMatchObject({
      done: 1,
    });
  });

  it('given a changed message, then it is kept with its offer', async () => {
    const { shop, id, keys } = await waiting();
    const words = { subject: 'For you', body: 'Hello again' };
    await decideOffers(shop, ANNA, id, keys.slice(0, 1), { what: 'edit', ...words });
    const { rows } = await waitingOffers(shop, id, ANNA, 'to-do', null, 1);
    expect(rows[0]?.edited).toEqual(words);
  });

  it('given everything, when all is approved, then what came up after the page was read, and what was put off, still waits', async () => {
    const { shop, id, keys } = await waiting();
    await decideOffers(shop, ANNA, id, keys.slice(0, 1), { what: 'later', until: 99_999 });
    await sqlInShop(shop, (client) =>
      client.query(
        `update offers set created_at = to_timestamp(2000000000) where shop_id = $1 and customer_id = $2`,
        [shop, keys[1]!.customerId],
      ),
    );
    expect(await approveAll(shop, ANNA, id, 1_999_999_999_000)).toMatchObject({ done: keys.length - 2 });
    expect(await queueCounts(shop, id, ANNA)).toMatchObject({ 'to-do': 1, later: 1 });
  });

  it('given a paused campaign, then staff go on deciding; given a stopped one, nothing is done', async () => {
    const { shop, id, keys } = await waiting();
    await move(shop, id, 'pause');
    expect(await decideOffers(shop, ANNA, id, keys.slice(0, 1), { what: 'approve' })).toMatchObject({
      done: 1,
    });
    await move(shop, id, 'stop');
    expect(await decideOffers(shop, ANNA, id, keys.slice(1, 2), { what: 'approve' })).toEqual({
      done: 0,
      late: [],
      over: true,
    });
  });

  it('given decisions, then the journal tells how many and by whom, and nobody’s number', async () => {
    const { shop, id, keys } = await waiting();
    await decideOffers(shop, BEN, id, keys.slice(0, 2), { what: 'skip', reason: 'will-buy' });
    const [entry] = await campaignEvents(shop, id, 1);
    expect(entry).toMatchObject({ what: 'skipped', by: BEN, detail: { customers: 2 } });
  });

  it('given another shop, then it sees and decides nothing of it', async () => {
    const { id, keys, shop } = await waiting();
    const other = (await testShop()).id;
    expect(await decideOffers(other, ANNA, id, keys, { what: 'approve' })).toMatchObject({
      done: 0,
      over: true,
    });
    for (const part of QUEUE_PARTS)
      expect((await waitingOffers(other, id, ANNA, part, null, 10)).rows).toEqual([]);
    expect(new Set(await states(shop, keys))).toEqual(new Set(['review']));
  });
});

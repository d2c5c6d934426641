import { afterAll, describe, expect, it } from 'vitest';
import type { CampaignPlan } from '#app/campaigns/plan.ts';
import { sqlInShop } from '#app/db.server.ts';
import { closeQueue } from '#app/jobs/queue.server.ts';
import { campaign, changeCampaign, moveCampaign } from '#app/models/campaigns.server.ts';
import { addSegment } from '#app/models/saved-segments.server.ts';
import { message, planOf } from '#tests/campaigns/plans.ts';
import { storeScores } from '#tests/routes/built-pages.ts';
import { testDatabase, testShop } from '#tests/support/database.ts';
import { drafted, launched, STAFF } from './campaign-shop.ts';

testDatabase();
afterAll(() => closeQueue(1));

const FREE = message({ kind: 'free-shipping', minimum: null }, 5);
const LADDER = [message({ kind: 'none' }), FREE, message({ kind: 'none' }, 6, { kind: 'survey' })];

async function shopOf(): Promise<number> {
  const { id } = await testShop();
  await storeScores(id, 1000, 40);
  return id;
}

async function change(shop: number, id: number, patch: Partial<CampaignPlan>) {
  const { revision, name, plan } = (await campaign(shop, id))!;
  return changeCampaign(shop, STAFF, { id, revision, name, plan: { ...plan, ...patch } });
}

const sql = (shop: number, text: string) => sqlInShop(shop, (client) => client.query(text, [shop]));
const settled = (...at: (string | number)[]) => ({
  ok: false,
  reason: 'settled',
  faults: [{ at, fault: 'settled' }],
});

describe('the plan of a campaign that runs', () => {
  it('given a step that somebody came to, then it keeps its place and kind, and everything behind it may change', async () => {
    const shop = await shopOf();
    const { id } = await launched(shop, planOf({ ladder: LADDER }));
    await sql(
      shop,
      'update campaign_members set step = case customer_id when 1003 then 1 else 0 end where shop_id = $1',
    );
    expect(await change(shop, id, { ladder: LADDER.slice(1) })).toMatchObject({ reason: 'settled' });
    expect(await change(shop, id, { ladder: LADDER.slice(0, 1) })).toEqual(settled('ladder'));
    expect(await change(shop, id, { ladder: [LADDER[0]!, { ...FREE, kind: 'survey' }] })).toEqual(
      settled('ladder', 1),
    );
    expect(await change(shop, id, { ladder: [LADDER[0]!, { ...FREE, validDays: 3 }] })).toMatchObject({
      ok: true,
    });
    expect((await campaign(shop, id))!.plan.ladder).toHaveLength(2);
  });

  it('given another source or other days on which to join, then whose customers they are stays, unless their segment was deleted', async () => {
    const shop = await shopOf();
    const tree = { match: 'all' as const, parts: [{ what: 'orders' as const, from: 1, to: null }] };
    const saved = await addSegment(shop, STAFF, 'All', tree);
    const source = { kind: 'saved' as const, id: saved.ok ? saved.id : 0 };
    const { id, plan } = await launched(shop, planOf({ joinDays: 5 }, { source }));
    const other = { ...plan.audience, source: { kind: 'segments' as const, slugs: ['new'] } };
    expect(await change(shop, id, { audience: other })).toEqual(settled('audience', 'source'));
    expect(await change(shop, id, { joinDays: 90, again: { kind: 'each-time' } })).toMatchObject({
      ok: true,
    });
    expect((await campaign(shop, id))!.plan).toMatchObject({ joinDays: 5, again: { kind: 'never' } });
    await sql(shop, 'delete from saved_segments where shop_id = $1');
    expect(await change(shop, id, { audience: other })).toMatchObject({ ok: true });
  });

  it('given that it was not drawn, then everything may still change', async () => {
    const shop = await shopOf();
    const { id, launchedAt } = await launched(shop, planOf({}, { source: { kind: 'saved', id: 9 } }));
    expect(launchedAt).toBeNull();
    expect(await change(shop, id, { ladder: [FREE], audience: planOf().audience })).toMatchObject({
      ok: true,
    });
  });
});

describe('a least margin', () => {
  it('given that the margin is not known, then the campaign is neither launched nor scheduled before it is', async () => {
    const shop = await shopOf();
    const guards = { budget: null, codesPerYear: 4, leastMargin: 0.2 };
    const id = await drafted(shop, planOf({ guards }));
    const act = async (move: 'launch' | 'schedule') =>
      moveCampaign(shop, STAFF, {
        id,
        revision: (await campaign(shop, id))!.revision,
        move,
        startAt: Date.now() + 86_400_000,
      });
    expect(await act('launch')).toEqual({ ok: false, reason: 'no-margin' });
    expect(await act('schedule')).toEqual({ ok: false, reason: 'no-margin' });
    await sql(shop, 'update settings set margin_percent = 55 where shop_id = $1');
    expect(await act('launch')).toMatchObject({ ok: true });
  });
});

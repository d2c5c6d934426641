import { describe, expect, it } from 'vitest';
import type { CampaignPlan } from '#app/campaigns/plan.ts';
import { campaignEvents } from '#app/models/campaign-events.server.ts';
import {
  addCampaign,
  campaign,
  campaigns,
  changeCampaign,
  deleteCampaign,
  moveCampaign,
  type Campaign,
} from '#app/models/campaigns.server.ts';
import { sqlInShop } from '#app/db.server.ts';
import { PLAIN_PLAN } from '#tests/campaigns/any-plan.ts';
import { testDatabase, testShop } from '#tests/support/database.ts';

testDatabase();

const STAFF = 7;
let operations = 0;

async function draft(shopId: number, name = 'Spring', plan: CampaignPlan = PLAIN_PLAN): Promise<Campaign> {
  operations += 1;
  const made = await addCampaign(shopId, STAFF, { name, plan, operation: `form-${operations}` });
  if (!made.ok) throw new Error(made.reason);
  return (await campaign(shopId, made.id))!;
}

const versions = (shopId: number, id: number) =>
  sqlInShop(shopId, async (client) => {
    const { rows } = await client.query<{ version: number; plan: CampaignPlan }>(
      'select version, plan from campaign_versions where shop_id = $1 and campaign_id = $2 order by version',
      [shopId, id],
    );
    return rows.map(({ version, plan }) => [version, plan.guards.codesPerYear, plan.observeDays]);
  });

describe('a campaign', () => {
  it('X13: given one form sent many times at once, then one campaign is made, and each is told of it', async () => {
    const { id: shopId } = await testShop();
    const sent = { name: 'Back again', plan: PLAIN_PLAN, operation: 'nonce' };
    const outcomes = await Promise.all(Array.from({ length: 5 }, () => addCampaign(shopId, STAFF, sent)));
    const [first] = outcomes;
    expect(first).toMatchObject({ ok: true, revision: 1 });
    for (const outcome of outcomes) expect(outcome).toEqual(first);
    expect((await campaigns(shopId)).map(({ name, slug, state }) => ({ name, slug, state }))).toEqual([
      { name: 'Back again', slug: 'back-again', state: 'draft' },
    ]);
  });

  it('given two of one name made at once, then each has a tag of its own, and other shops see neither', async () => {
    const { id: shopId } = await testShop();
    const other = await testShop();
    await Promise.all([draft(shopId, 'Tea'), draft(shopId, 'Tea')]);
    expect((await campaigns(shopId)).map(({ slug }) => slug).toSorted()).toEqual(['tea', 'tea-2']);
    expect(await campaigns(other.id)).toEqual([]);
    const [{ id } = { id: 0 }] = await campaigns(shopId);
    expect(await campaign(other.id, id)).toBeNull();
  });

  it('given a draft that somebody saved meanwhile, then the second save is refused and nothing of it stays', async () => {
    const { id: shopId } = await testShop();
    const { id, revision } = await draft(shopId);
    const save = (name: string) => changeCampaign(shopId, STAFF, { id, revision, name, plan: PLAIN_PLAN });
    expect(await save('Mine')).toEqual({ ok: true, id, revision: revision + 1 });
    expect(await save('Yours')).toEqual({ ok: false, reason: 'changed-elsewhere' });
    expect(await campaign(shopId, id)).toMatchObject({ name: 'Mine', version: 1 });
  });

  it('X16: given a change of one that runs, then what was in force before stays readable', async () => {
    const { id: shopId } = await testShop();
    const { id, revision } = await draft(shopId);
    const planned = (codesPerYear: number, observeDays: number): CampaignPlan => ({
      ...PLAIN_PLAN,
      observeDays,
      guards: { ...PLAIN_PLAN.guards, codesPerYear },
    });
    const later = planned(3, 60);
    const before = await changeCampaign(shopId, STAFF, { id, revision, name: 'Spring', plan: later });
    expect(before).toMatchObject({ ok: true });
    expect(await versions(shopId, id)).toEqual([[1, 3, 60]]);
    await moveCampaign(shopId, STAFF, { id, revision: 2, move: 'launch' });
    const plan = planned(5, 90);
    expect(await changeCampaign(shopId, STAFF, { id, revision: 3, name: 'Spring', plan })).toMatchObject({
      ok: true,
    });
    expect(await versions(shopId, id)).toEqual([
      [1, 3, 60],
      // How long orders are compared was settled at the launch.
      [2, 5, 60],
    ]);
    expect(await campaign(shopId, id)).toMatchObject({ version: 2, state: 'running', plan: planned(5, 60) });
  });

  it('given moves, then only legal ones are made, each stands in the journal with who made it', async () => {
    const { id: shopId } = await testShop();
    const { id } = await draft(shopId);
    const move = async (wished: Parameters<typeof moveCampaign>[2]['move'], startAt?: number) => {
      const { revision } = (await campaign(shopId, id))!;
      return moveCampaign(shopId, STAFF + 1, { id, revision, move: wished, ...(startAt && { startAt }) });
    };
    expect(await move('pause')).toEqual({ ok: false, reason: 'not-now' });
    const startAt = 1_800_000_000_000;
    await move('schedule', startAt);
    expect(await campaign(shopId, id)).toMatchObject({ state: 'scheduled', startAt });
    await move('unschedule');
    expect(await campaign(shopId, id)).toMatchObject({ state: 'draft', startAt: null });
    await move('launch');
    await move('stop');
    const stopped = await campaign(shopId, id);
    expect(stopped).toMatchObject({ state: 'stopped' });
    expect(stopped?.endedAt).toBeGreaterThan(0);
    expect(await move('resume')).toEqual({ ok: false, reason: 'not-now' });
    const events = await campaignEvents(shopId, id, 10);
    expect(events.map(({ what, by }) => `${what} ${by}`)).toEqual([
      'stop 8',
      'launch 8',
      'unschedule 8',
      'schedule 8',
      'made 7',
    ]);
  });

  it('given a draft, then it can be deleted with all of it; one that was launched cannot', async () => {
    const { id: shopId } = await testShop();
    const gone = await draft(shopId);
    expect(await deleteCampaign(shopId, gone.id, gone.revision)).toMatchObject({ ok: true });
    expect(await campaigns(shopId)).toEqual([]);
    expect(await versions(shopId, gone.id)).toEqual([]);
    expect(await deleteCampaign(shopId, gone.id, gone.revision)).toEqual({ ok: false, reason: 'gone' });
    const { id, revision } = await draft(shopId);
    await moveCampaign(shopId, STAFF, { id, revision, move: 'launch' });
    expect(await deleteCampaign(shopId, id, revision + 1)).toEqual({ ok: false, reason: 'not-now' });
  });
});

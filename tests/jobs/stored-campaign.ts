import { sqlInShop } from '#app/db.server.ts';
import type { CampaignState } from '#app/campaigns/states.ts';
import type { CampaignPlan } from '#app/campaigns/plan.ts';
import { PLAIN_PLAN as PLAIN } from '#tests/campaigns/any-plan.ts';
import { addCampaign } from '#app/models/campaigns.server.ts';

/** A plan with one step that offers nothing; orders are compared for 30 days, and a third is held out. */
export const PLAIN_PLAN: CampaignPlan = {
  ...PLAIN,
  holdOut: 1 / 3,
  guards: { ...PLAIN.guards, codesPerYear: 4 },
  ladder: [
    {
      kind: 'message',
      waitDays: 0,
      validDays: 14,
      branches: [{ when: null, arms: [{ offer: { kind: 'none' }, subject: '', body: '', hour: null }] }],
    },
  ],
};

/** Stores a campaign as it would be after its launch. @returns its id */
export async function storeCampaign(
  shopId: number,
  {
    state,
    enteredAt,
    members,
    offers,
    stratum = 'at-risk',
    plan = PLAIN_PLAN,
    name = 'Come back',
  }: {
    state: CampaignState;
    /** epoch milliseconds */
    enteredAt: number;
    members: readonly { id: number; heldOut: boolean }[];
    offers: readonly { customerId: number; step: number; arm: number; givenAt: number }[];
    stratum?: string;
    plan?: CampaignPlan;
    name?: string;
  },
): Promise<number> {
  const made = await addCampaign(shopId, 7, { name, plan, operation: `${name} ${state} ${enteredAt}` });
  if (!made.ok) throw new Error(made.reason);
  const { id } = made;
  await sqlInShop(shopId, async (client) => {
    await client.query(
      `update campaigns set state = $3, launched_at = to_timestamp($4::float8 / 1000),
         ends_at = to_timestamp($4::float8 / 1000) + make_interval(days => $5) where shop_id = $1 and id = $2`,
      [shopId, id, state, enteredAt, plan.observeDays],
    );
    await client.query(
      `insert into campaign_members (shop_id, campaign_id, customer_id, stratum, held_out, entered_at, entry_at)
       select $1, $2, m.id, $4, m."heldOut", to_timestamp($5::float8 / 1000), to_timestamp($5::float8 / 1000)
       from jsonb_to_recordset($3) m (id int8, "heldOut" bool)`,
      [shopId, id, JSON.stringify(members), stratum, enteredAt],
    );
    await client.query(
      `insert into offers (shop_id, campaign_id, customer_id, entry, step, branch, arm, version, needs_code, state,
         created_at, given_at)
       select $1, $2, o."customerId", 1, o.step, 0, o.arm, 1, false, 'given',
         to_timestamp(o."givenAt"::float8 / 1000), to_timestamp(o."givenAt"::float8 / 1000)
       from jsonb_to_recordset($3) o ("customerId" int8, step int2, arm int2, "givenAt" int8)`,
      [shopId, id, JSON.stringify(offers)],
    );
  });
  return id;
}

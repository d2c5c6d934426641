import type { PoolClient } from 'pg';
import { noteCampaign, type CampaignEvent } from './campaign-events.server.ts';

/** Why the app pauses a campaign of itself, as far as codes are the cause. */
export type CodePause =
  | 'discount-gone'
  | 'discount-changed'
  | 'discount-refused'
  | 'sample-prices'
  | 'leak'
  | 'stacking'
  | `missing-scope:${string}`;

/**
 * Pauses a running campaign, and notes why in its journal; what is noted is noted also of one that does not run any
 * more. Only a person lets it go on.
 */
export async function pauseFor(
  client: PoolClient,
  shopId: number,
  campaignId: number,
  reason: CodePause,
  detail: CampaignEvent['detail'],
): Promise<void> {
  // Nobody who leads its customers on or hands over is in between.
  await client.query('select from campaigns where shop_id = $1 and id = $2 for update', [shopId, campaignId]);
  const what = (await pauseRunning(client, shopId, campaignId, reason)) ? 'pause' : 'alarm';
  await noteCampaign(client, shopId, campaignId, null, what, { reason, ...detail });
}

/** Pauses a campaign if it runs, and has it looked at. False when it does not run. */
export async function pauseRunning(
  client: PoolClient,
  shopId: number,
  campaignId: number,
  reason: string,
): Promise<boolean> {
  const { rowCount } = await client.query(
    `update campaigns set state = 'paused', pause_reason = $3, revision = revision + 1, look_at = clock_timestamp()
     where shop_id = $1 and id = $2 and state = 'running'`,
    [shopId, campaignId, reason],
  );
  return rowCount === 1;
}

import type { PoolClient } from 'pg';
import { readInShop, sqlInShop } from '#app/db.server.ts';
import { SURVEY_REASONS, type SurveyReason } from '#app/campaigns/survey.ts';

/** What a customer answered; instants are epoch milliseconds. */
export type SurveyAnswer = {
  campaignId: number;
  campaign: string;
  reason: SurveyReason;
  words: string | null;
  answeredAt: number;
};

/** What a campaign's customers answered: how many for each reason, and the newest in their own words. */
export type SurveyAnswers = {
  reasons: { reason: SurveyReason; count: number }[];
  answers: { customerId: number; reason: SurveyReason; words: string; answeredAt: number }[];
};

/**
 * Keeps what a customer answers; a later answer takes the place of an earlier one. Nothing is kept of a customer who
 * was erased, or of somebody who was no part of the campaign.
 * @returns whether it was kept
 */
export function keepAnswer(
  shopId: number,
  {
    campaignId,
    customerId,
    reason,
    words,
  }: {
    campaignId: number;
    customerId: number;
    reason: SurveyReason;
    words: string | null;
  },
): Promise<boolean> {
  return sqlInShop(shopId, async (client) => {
    const { rowCount } = await client.query(
      `insert into survey_answers (shop_id, campaign_id, customer_id, reason, words)
       select $1, $2, $3, $4, $5 from campaign_members
       where shop_id = $1 and campaign_id = $2 and customer_id = $3 for key share
       on conflict (shop_id, campaign_id, customer_id) do update set reason = excluded.reason, words = excluded.words,
         answered_at = clock_timestamp()`,
      [shopId, campaignId, customerId, reason, words],
    );
    return rowCount === 1;
  });
}

/** What the customers of a campaign answered. */
export async function campaignAnswers(
  shopId: number,
  campaignId: number,
  limit: number,
): Promise<SurveyAnswers> {
  const id = Number(campaignId);
  const [counted, answers] = await Promise.all([
    readInShop<{ reason: SurveyReason; count: number }>(
      shopId,
      `select reason, count(*) as count from survey_answers where shop_id = $1 and campaign_id = '${id}' group by reason`,
    ),
    readInShop<SurveyAnswers['answers'][number]>(
      shopId,
      `select customer_id as "customerId", reason, words, answered_at as "answeredAt" from survey_answers
       where shop_id = $1 and campaign_id = '${id}' and words is not null
       order by answered_at desc, customer_id limit ${Number(limit)}`,
    ),
  ]);
  const by = new Map(counted.map(({ reason, count }) => [reason, count]));
  const reasons = SURVEY_REASONS.map((reason) => ({ reason, count: by.get(reason) ?? 0 }))
    .filter(({ count }) => count > 0)
    .toSorted((a, b) => b.count - a.count);
  return { reasons, answers };
}

/** What a customer answered, the newest first. */
export function customerAnswers(shopId: number, customerId: number): Promise<SurveyAnswer[]> {
  return readInShop(
    shopId,
    `select a.campaign_id as "campaignId", c.name as campaign, a.reason, a.words, a.answered_at as "answeredAt"
     from survey_answers a join campaigns c on c.shop_id = $1 and c.id = a.campaign_id
     where a.shop_id = $1 and a.customer_id = '${Number(customerId)}' order by a.answered_at desc, a.campaign_id`,
  );
}

/** After a merge: what the one that is gone answered is the other's answer, unless there is one already. */
export async function mergeAnswers(
  client: PoolClient,
  shopId: number,
  goneId: number,
  keptId: number,
): Promise<void> {
  await client.query(
    `insert into survey_answers (shop_id, campaign_id, customer_id, reason, words, answered_at)
     select shop_id, campaign_id, $3, reason, words, answered_at from survey_answers
     where shop_id = $1 and customer_id = $2 on conflict do nothing`,
    [shopId, goneId, keptId],
  );
  await client.query('delete from survey_answers where shop_id = $1 and customer_id = $2', [shopId, goneId]);
}

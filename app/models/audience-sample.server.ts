import type { AudiencePlan } from '#app/campaigns/plan.ts';
import { sqlInShop } from '#app/db.server.ts';
import { askAudience, askedSql } from './campaign-audience.server.ts';

/** Somebody who would take part as of now, null where nobody would or it cannot be told. */
export async function anyoneIn(shopId: number, plan: AudiencePlan): Promise<number | null> {
  const audience = await askAudience(shopId, plan);
  if (typeof audience === 'string') return null;
  const { text, values } = askedSql(shopId, audience, null);
  return sqlInShop(shopId, async (client) => {
    const { rows } = await client.query<{ id: number }>(
      `select customer_id as id from (${text}) a where why is null limit 1`,
      values,
    );
    return rows[0]?.id ?? null;
  });
}

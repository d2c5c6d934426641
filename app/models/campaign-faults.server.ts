import { sqlInShop } from '#app/db.server.ts';
import { noteCampaign } from './campaign-events.server.ts';

/** Faults in a row after which a campaign pauses until somebody lets it go on: spread over some two hours. */
const MOST = 8;
/** Seconds until a campaign is looked at again after its first fault; each further one doubles it. */
const FIRST_WAIT = 30;
const LONGEST_WAIT = 3600;

/**
 * Notes that a look at a campaign, or handing over its offers, failed by a fault of its own: it is looked at later, and
 * pauses with a reason when it failed too often in a row.
 */
export async function noteCampaignFault(shopId: number, id: number, what: 'look' | 'give'): Promise<void> {
  const tries = what === 'look' ? 'look_tries' : 'give_tries';
  await sqlInShop(shopId, async (client) => {
    await client.query('select from campaigns where shop_id = $1 and id = $2 for update', [shopId, id]);
    const { rowCount } = await client.query(
      `update campaigns set state = 'paused', pause_reason = 'failing', revision = revision + 1,
         look_tries = 0, give_tries = 0, look_at = clock_timestamp() + interval '${LONGEST_WAIT} seconds'
       where shop_id = $1 and id = $2 and state = 'running' and ${tries} >= ${MOST - 1}`,
      [shopId, id],
    );
    if (rowCount === 1) return noteCampaign(client, shopId, id, null, 'pause', { reason: 'failing' });
    await client.query(
      `update campaigns set ${tries} = ${tries} + 1, look_at = clock_timestamp()
         + make_interval(secs => least(${LONGEST_WAIT}, ${FIRST_WAIT} * 2 ^ least(${tries}, 10)))
       where shop_id = $1 and id = $2`,
      [shopId, id],
    );
  });
}

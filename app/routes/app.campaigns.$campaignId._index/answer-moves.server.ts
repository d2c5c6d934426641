import { now, today } from '#app/clock.server.ts';
import { hourOfDay } from '#app/campaigns/start-instant.ts';
import type { ActAnswer } from '#app/components/campaign-moves.tsx';
import type { SignedIn } from '#app/merchant.server.ts';
import { enqueue } from '#app/jobs/queue.server.ts';
import { runCampaigns } from '#app/jobs/run-campaigns.server.ts';
import { deleteCampaign, moveCampaign } from '#app/models/campaigns.server.ts';
import { limitShop } from '#app/rate-limit.server.ts';
import { parseDay } from '#app/rfm/calendar.ts';
import { z } from 'zod';

const form = z.strictObject({
  act: z.enum(['schedule', 'unschedule', 'launch', 'pause', 'resume', 'stop', 'delete']),
  revision: z
    .string()
    .regex(/^\d{1,9}$/)
    .transform(Number),
  day: z.string().max(20).optional(),
  hour: z
    .string()
    .regex(/^(\d|1\d|2[0-3])$/)
    .transform(Number)
    .optional(),
});

/** The longest time ahead for which a launch can be scheduled, in days. */
const AHEAD = 365;

/**
 * Does with a campaign what was chosen on its page, and wakes the worker. Sent twice, the second finds it changed.
 * @throws Response 400 when the form is not the app's
 */
export async function answerMove({ shop, user }: SignedIn, id: number, sent: FormData): Promise<ActAnswer> {
  const parsed = form.safeParse(Object.fromEntries(sent));
  if (!parsed.success) throw new Response(null, { status: 400 });
  const { act, revision, day, hour } = parsed.data;
  limitShop('launch', shop.id);
  if (act === 'delete') {
    const outcome = await deleteCampaign(shop.id, id, revision);
    return outcome.ok ? { result: 'deleted' } : { result: outcome.reason };
  }
  const timeZone = shop.timeZone ?? 'UTC';
  let startAt: number | null = null;
  if (act === 'schedule') {
    startAt = startOf(day ?? '', hour ?? 0, timeZone);
    if (startAt === null) return { result: 'invalid' };
  }
  const outcome = await moveCampaign(shop.id, user.id, {
    id,
    revision,
    move: act,
    ...(startAt === null ? {} : { startAt }),
  });
  if (!outcome.ok) return { result: outcome.reason };
  await enqueue(runCampaigns, { shopId: shop.id, generation: shop.generation });
  return { result: 'done', act };
}

/** The instant a launch was scheduled for, null when it is past, too far ahead or no day. */
function startOf(text: string, hour: number, timeZone: string): number | null {
  try {
    const day = parseDay(text);
    const at = hourOfDay(day, hour, timeZone);
    return at <= now() || day > today(timeZone) + AHEAD ? null : at;
  } catch {
    return null;
  }
}

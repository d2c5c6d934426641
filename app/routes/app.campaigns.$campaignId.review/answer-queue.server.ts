import { z } from 'zod';
import { now, today } from '#app/clock.server.ts';
import { parseTemplate } from '#app/campaigns/template.ts';
import { PLAN_LIMITS } from '#app/campaigns/plan.ts';
import { SKIP_REASONS } from '#app/campaigns/skip-reasons.ts';
import { CARE_LIMITS } from '#app/components/care-fields.tsx';
import type { QueueAnswer } from '#app/components/campaign-queue.tsx';
import { enqueue } from '#app/jobs/queue.server.ts';
import { runCampaigns } from '#app/jobs/run-campaigns.server.ts';
import type { SignedIn } from '#app/merchant.server.ts';
import { approveAll, decideOffers, type Decision } from '#app/models/campaign-queue.server.ts';
import { staffOf } from '#app/models/staff.server.ts';
import { parseDay } from '#app/rfm/calendar.ts';

/** As many offers as a page shows. */
const AT_ONCE = 50;

const form = z.discriminatedUnion('what', [
  z.strictObject({
    what: z.literal('approve-all'),
    seen: z
      .string()
      .regex(/^\d{1,15}$/)
      .transform(Number),
  }),
  z.strictObject({
    what: z.enum(['approve', 'skip', 'later', 'assign', 'edit']),
    /** A reason, a date, a person's id; empty for none. */
    value: z.string().max(100),
    subject: z.string().max(1_000).optional(),
    body: z.string().max(20_000).optional(),
    /** Offers: "1001:1:0,1002:1:0", of which customer, entry and step. */
    offers: z
      .string()
      .regex(/^[1-9]\d{0,14}:\d{1,9}:\d{1,4}(,[1-9]\d{0,14}:\d{1,9}:\d{1,4})*$/)
      .transform((list) =>
        list.split(',').map((entry) => {
          const [customerId, number, step] = entry.split(':').map(Number) as [number, number, number];
          return { customerId, entry: number, step };
        }),
      )
      .refine((offers) => offers.length <= AT_ONCE),
  }),
]);

/**
 * Carries out what staff decided about offers that wait, and wakes the worker.
 * @throws Response 400 when the form is not the queue's, 404 for somebody who does not work here
 */
export async function answerQueue(
  { shop, user }: SignedIn,
  id: number,
  sent: FormData,
): Promise<QueueAnswer> {
  const parsed = form.safeParse(Object.fromEntries(sent));
  if (!parsed.success) throw new Response(null, { status: 400 });
  const payload = { shopId: shop.id, generation: shop.generation };
  if (parsed.data.what === 'approve-all') {
    // Nothing that came up later than the page is approved unseen, whatever the page says.
    const decided = await approveAll(shop.id, user.id, id, Math.min(parsed.data.seen, now()));
    await enqueue(runCampaigns, payload);
    return { result: 'decided', what: 'approve', ...decided };
  }
  const { what, offers } = parsed.data;
  const decision = decisionOf(parsed.data, shop.timeZone ?? 'UTC');
  if ('problem' in decision) return { result: 'invalid', what, problem: decision.problem };
  if (decision.what === 'assign' && decision.to !== null) {
    const people = await staffOf(shop.id);
    if (!people.some(({ userId }) => userId === decision.to)) throw new Response(null, { status: 404 });
  }
  const decided = await decideOffers(shop.id, user.id, id, offers, decision);
  if (what === 'approve' || what === 'skip') await enqueue(runCampaigns, payload);
  return { result: 'decided', what, ...decided };
}

/** What is decided, or what is wrong with what a person typed. @throws Response 400 when no page of ours sends that */
function decisionOf(
  {
    what,
    value,
    subject = '',
    body = '',
  }: { what: Decision['what']; value: string; subject?: string | undefined; body?: string | undefined },
  timeZone: string,
): Decision | { problem: 'date' | 'message' } {
  switch (what) {
    case 'approve':
      return { what };
    case 'skip': {
      const reason = SKIP_REASONS.find((one) => one === value);
      if (reason === undefined) throw new Response(null, { status: 400 });
      return { what, reason };
    }
    case 'later': {
      const until = dayFrom(value);
      const from = today(timeZone);
      if (until === null || until <= from || until > from + CARE_LIMITS.laterDays) return { problem: 'date' };
      return { what, until };
    }
    case 'assign': {
      if (value !== '' && !/^[1-9]\d{0,14}$/.test(value)) throw new Response(null, { status: 400 });
      return { what, to: value === '' ? null : Number(value) };
    }
    case 'edit': {
      const [line, text] = [subject.trim(), body.replaceAll('\r\n', '\n').trim()];
      const legible = (words: string): boolean => words.isWellFormed() && !words.includes('\0');
      const fine =
        line.length <= PLAN_LIMITS.subject &&
        text.length <= PLAN_LIMITS.body &&
        text !== '' &&
        legible(line) &&
        legible(text) &&
        parseTemplate(line, 'subject').ok &&
        parseTemplate(text, 'body').ok;
      return fine ? { what, subject: line, body: text } : { problem: 'message' };
    }
  }
}

function dayFrom(text: string): number | null {
  try {
    return parseDay(text);
  } catch {
    return null;
  }
}

import { z } from 'zod';
import { today } from '#app/clock.server.ts';
import { CARE_LIMITS, type CareAnswer } from '#app/components/care-fields.tsx';
import type { SignedIn } from '#app/merchant.server.ts';
import { saveCare, type CareChange } from '#app/models/customer-care.server.ts';
import { staffOf } from '#app/models/staff.server.ts';
import { parseDay, type Day } from '#app/rfm/calendar.ts';

/** As many customers as a page shows. */
const AT_ONCE = 50;

const form = z.strictObject({
  what: z.enum(['assigned', 'later', 'contacted', 'note']),
  /** A person's id, a date, "today", the note; empty to clear. */
  value: z.string().max(20_000),
  /** Customers and what was seen of each: "1001:3,1002:0". */
  customers: z
    .string()
    .regex(/^[1-9]\d{0,14}:\d{1,9}(,[1-9]\d{0,14}:\d{1,9})*$/)
    .transform((list) =>
      list.split(',').map((entry) => {
        const [customerId, version] = entry.split(':').map(Number) as [number, number];
        return { customerId, version };
      }),
    )
    .refine((customers) => customers.length <= AT_ONCE),
});

/**
 * Carries out what was sent from the at-risk list or a customer's page.
 * @throws Response 400 when the form is not one of theirs, 404 when nobody of this shop has that id
 */
export async function answerCare({ shop, user }: SignedIn, sent: FormData): Promise<CareAnswer> {
  const parsed = form.safeParse(Object.fromEntries(sent));
  if (!parsed.success) throw new Response(null, { status: 400 });
  const { what, value, customers } = parsed.data;
  const change = changeOf(what, value, today(shop.timeZone ?? 'UTC'));
  if (change === 'date' || change === 'long') return { result: 'invalid', what, problem: change };
  if (change.what === 'assigned' && change.value !== null) {
    const people = await staffOf(shop.id);
    if (!people.some(({ userId }) => userId === change.value)) throw new Response(null, { status: 404 });
  }
  const { saved, over } = await saveCare(shop.id, user.id, customers, change);
  const gone = new Set(customers.map(({ customerId }) => customerId)).size - saved;
  return { result: 'saved', what, saved, gone, over };
}

/**
 * What is to be set, or what is wrong with what a person typed.
 * @throws Response 400 when no page of ours sends that
 */
function changeOf(what: CareChange['what'], value: string, now: Day): CareChange | 'date' | 'long' {
  if (value.trim() === '') return { what, value: null };
  if (what === 'note') {
    const text = value.replaceAll('\r\n', '\n').trim().toWellFormed();
    // PostgreSQL stores no NUL in a text.
    if (text.includes('\0')) throw new Response(null, { status: 400 });
    return text.length > CARE_LIMITS.note ? 'long' : { what, value: text };
  }
  if (what === 'later') {
    const day = dayFrom(value);
    return day === null || day <= now || day > now + CARE_LIMITS.laterDays ? 'date' : { what, value: day };
  }
  if (what === 'contacted' && value === 'today') return { what, value: now };
  if (what === 'assigned' && /^[1-9]\d{0,14}$/.test(value)) return { what, value: Number(value) };
  throw new Response(null, { status: 400 });
}

function dayFrom(text: string): Day | null {
  try {
    return parseDay(text);
  } catch {
    return null;
  }
}

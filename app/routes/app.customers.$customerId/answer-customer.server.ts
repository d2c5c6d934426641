import { z } from 'zod';
import { putBack } from '#app/jobs/put-back.server.ts';
import { enqueue } from '#app/jobs/queue.server.ts';
import { writeFollowing } from '#app/jobs/write-following.server.ts';
import type { SignedIn } from '#app/merchant.server.ts';
import { customerWriting, endHold, wishPutBack } from '#app/models/write-holds.server.ts';
import { limitShop } from '#app/rate-limit.server.ts';
import { readPutBack } from './read-put-back.server.ts';

const form = z.discriminatedUnion('intent', [
  // The write-back the page spoke of: another one may have come since.
  z.strictObject({ intent: z.literal('put-back'), run: z.coerce.number().int().positive() }),
  z.strictObject({ intent: z.literal('again') }),
  z.strictObject({ intent: z.literal('write') }),
]);

/**
 * Carries out what was clicked on a customer's page. Sending the same form twice does what sending it once does: each
 * wish is stored as a state.
 * @throws Response 400 when the form is not the page's, 429 when it was sent too often
 */
export async function answerCustomer(
  { shop, user }: SignedIn,
  customerId: number,
  sent: FormData,
): Promise<{ result: 'asked' | 'written-again' | 'not-possible' }> {
  const parsed = form.safeParse(Object.fromEntries(sent));
  if (!parsed.success) throw new Response(null, { status: 400 });
  limitShop('launch', shop.id);
  const payload = { shopId: shop.id, generation: shop.generation };
  if (parsed.data.intent === 'write') {
    await endHold(shop.id, customerId);
    await enqueue(writeFollowing, payload);
    return { result: 'written-again' };
  }
  const backTo = await runToPutBack(shop, customerId, parsed.data);
  if (backTo === null || !(await wishPutBack(shop.id, customerId, { backTo, userId: user.id })))
    return { result: 'not-possible' };
  await enqueue(putBack, payload);
  return { result: 'asked' };
}

async function runToPutBack(
  shop: SignedIn['shop'],
  customerId: number,
  wish: { intent: 'put-back'; run: number } | { intent: 'again' },
): Promise<number | null> {
  const { hold } = await customerWriting(shop.id, customerId);
  if (hold !== null) return wish.intent === 'again' || hold.backTo === wish.run ? hold.backTo : null;
  if (wish.intent === 'again') return null;
  const view = await readPutBack(shop, customerId);
  return view.at === 'possible' && view.runId === wish.run ? wish.run : null;
}

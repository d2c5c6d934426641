import type { LowValueAnswer } from '#app/components/leave-out-low-value.tsx';
import type { SignedIn } from '#app/merchant.server.ts';
import { addSegment, SAVED_LIMITS, segmentAsking } from '#app/models/saved-segments.server.ts';
import { parseTree } from '#app/rfm/parse-conditions.ts';

/**
 * The saved segment of the low-value customers in some segments: the one there is, else a new one under the name sent.
 * @throws Response 400 when the form is not the app's
 */
export async function answerLowValue({ shop, user }: SignedIn, sent: FormData): Promise<LowValueAnswer> {
  const [name, slugs] = [sent.get('name'), sent.get('slugs')];
  const named = typeof name === 'string' && name.trim() !== '' && name.length <= SAVED_LIMITS.name;
  if (!named || typeof slugs !== 'string' || name.includes('\0') || !name.isWellFormed())
    throw new Response(null, { status: 400 });
  const parsed = parseTree({
    match: 'all',
    parts: [
      { what: 'segment', is: slugs.split(','), not: false },
      { what: 'tier', is: ['low'], not: false },
    ],
  });
  if (!parsed.ok) throw new Response(null, { status: 400 });
  const found = await segmentAsking(shop.id, parsed.tree);
  if (found !== null) return { result: 'segment', ...found };
  const made = await addSegment(shop.id, user.id, name.trim(), parsed.tree);
  return made.ok ? { result: 'segment', id: made.id, name: name.trim() } : { result: 'too-many' };
}

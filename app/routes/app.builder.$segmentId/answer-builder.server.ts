import type { SignedIn } from '#app/merchant.server.ts';
import {
  addSegment,
  changeSegment,
  deleteSegment,
  SAVED_LIMITS,
  savedSegment,
  type SaveOutcome,
} from '#app/models/saved-segments.server.ts';
import { parseTree, type Problem } from '#app/rfm/parse-conditions.ts';

/** What came of what the builder sent. */
export type BuilderAnswer =
  | { result: 'saved'; id: number }
  | { result: 'deleted' }
  | { result: 'invalid'; name: boolean; problems: Problem[] }
  | { result: Extract<SaveOutcome, { ok: false }>['reason'] };

/** The number of a segment in an address; null for one that is still to be made. @throws Response 404 for anything else */
export function segmentIdOf(text: string | undefined): number | null {
  if (text === 'new') return null;
  if (!/^[1-9]\d{0,14}$/.test(text ?? '')) throw new Response(null, { status: 404 });
  return Number(text);
}

/**
 * Saves or deletes a segment of the merchant's own.
 * @throws Response 400 when the form is not the builder's
 */
export async function answerBuilder(
  { shop, user }: SignedIn,
  id: number | null,
  request: Request,
): Promise<BuilderAnswer> {
  // Told as an answer and not as a page, on which everything typed would be gone.
  if (id !== null && (await savedSegment(shop.id, id)) === null) return { result: 'gone' };
  const sent = await request.formData();
  const text = (field: string): string => {
    const value = sent.get(field);
    if (typeof value !== 'string') throw new Response(null, { status: 400 });
    return value;
  };
  const versionText = id === null ? '0' : text('version');
  if (!/^\d{1,9}$/.test(versionText)) throw new Response(null, { status: 400 });
  const version = Number(versionText);
  if (sent.get('intent') === 'delete' && id !== null) {
    return { result: (await deleteSegment(shop.id, id, version)) ? 'deleted' : 'changed-elsewhere' };
  }
  if (sent.get('intent') !== 'save') throw new Response(null, { status: 400 });
  const name = text('name').trim();
  const named =
    name !== '' && name.length <= SAVED_LIMITS.name && !name.includes('\0') && name.isWellFormed();
  const parsed = parseTree(text('where'));
  if (!named || !parsed.ok)
    return { result: 'invalid', name: !named, problems: parsed.ok ? [] : parsed.problems };
  const { tree } = parsed;
  const outcome = await (id === null
    ? addSegment(shop.id, user.id, name, tree)
    : changeSegment(shop.id, user.id, { id, version, name, tree }));
  return outcome.ok ? { result: 'saved', id: outcome.id } : { result: outcome.reason };
}

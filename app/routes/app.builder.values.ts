import { json, type LoaderFunctionArgs } from '@remix-run/node';
import { signedIn } from '#app/merchant.server.ts';
import { isOffered, offeredValues } from '#app/models/offered-values.server.ts';
import { limitShop } from '#app/rate-limit.server.ts';
import { LIMITS } from '#app/rfm/conditions.ts';

/** Values that fit on the list below a field. */
const OFFERED = 30;

/** The shop's own values that fit what is typed, as JSON. */
export async function loader({ request }: LoaderFunctionArgs) {
  const { shop } = await signedIn(request, 'staff');
  limitShop('question', shop.id);
  const { searchParams } = new URL(request.url);
  const what = searchParams.get('what');
  const text = (searchParams.get('text') ?? '').trim();
  const legible = text.length <= LIMITS.characters && !text.includes('\0') && text.isWellFormed();
  if (!isOffered(what) || !legible) throw new Response(null, { status: 400 });
  const values = await offeredValues(shop.id, what, text, OFFERED);
  return json({ values }, { headers: { 'Cache-Control': 'no-store' } });
}

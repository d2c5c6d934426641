import { json, type LoaderFunctionArgs } from '@remix-run/node';
import { signedIn } from '#app/merchant.server.ts';
import { undoPreviewState } from '#app/models/undo-previews.server.ts';
import { limitShop } from '#app/rate-limit.server.ts';

/** Where the count of what an undo would do stands, as JSON. */
export async function loader({ request }: LoaderFunctionArgs) {
  const { shop } = await signedIn(request, 'manager');
  limitShop('progress', shop.id);
  const number = Number(new URL(request.url).searchParams.get('number'));
  const known = Number.isInteger(number) && number > 0 && number < 2 ** 31;
  const state = known ? await undoPreviewState(shop.id, number) : { at: 'outdated' as const };
  return json({ number, ...state }, { headers: { 'Cache-Control': 'no-store' } });
}

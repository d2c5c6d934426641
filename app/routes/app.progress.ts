import type { LoaderFunctionArgs } from '@remix-run/node';
import { json } from '@remix-run/node';
import { signedIn } from '#app/merchant.server.ts';
import { limitShop } from '#app/rate-limit.server.ts';
import { shopProgress } from '#app/progress.server.ts';

/** Where import, scores and write-back stand, as JSON. */
export async function loader({ request }: LoaderFunctionArgs) {
  const { shop } = await signedIn(request, 'staff');
  limitShop('progress', shop.id);
  return json(await shopProgress(shop), { headers: { 'Cache-Control': 'no-store' } });
}

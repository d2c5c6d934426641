import type { LoaderFunctionArgs } from '@remix-run/node';
import { json } from '@remix-run/node';
import { signedIn } from '#app/merchant.server.ts';
import { simulationState } from '#app/models/simulations.server.ts';
import { limitShop } from '#app/rate-limit.server.ts';

/** Where the simulation of the address stands, as JSON. */
export async function loader({ request }: LoaderFunctionArgs) {
  const { shop } = await signedIn(request, 'staff');
  limitShop('progress', shop.id);
  const number = Number(new URL(request.url).searchParams.get('number'));
  const known = Number.isInteger(number) && number > 0 && number < 2 ** 31;
  const state = known ? await simulationState(shop.id, number) : { at: 'outdated' as const };
  return json({ number, ...state }, { headers: { 'Cache-Control': 'no-store' } });
}

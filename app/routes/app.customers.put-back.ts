import { json, type LoaderFunctionArgs } from '@remix-run/node';
import { signedIn } from '#app/merchant.server.ts';
import { customerWriting } from '#app/models/write-holds.server.ts';
import { limitShop } from '#app/rate-limit.server.ts';

/** Whether a customer is still being put back, as JSON: its page asks again and again. */
export async function loader({ request }: LoaderFunctionArgs) {
  const { shop } = await signedIn(request, 'staff');
  limitShop('progress', shop.id);
  const customer = Number(new URL(request.url).searchParams.get('customer'));
  const { hold } = Number.isSafeInteger(customer) ? await customerWriting(shop.id, customer) : { hold: null };
  return json({ under: hold?.asked ?? false }, { headers: { 'Cache-Control': 'no-store' } });
}

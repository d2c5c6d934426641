import type { LoaderFunctionArgs } from '@remix-run/node';
import { signedIn } from '#app/merchant.server.ts';

/** Any other address under /app: not found, said inside the frame. */
export async function loader({ request }: LoaderFunctionArgs) {
  await signedIn(request, 'staff');
  throw new Response(null, { status: 404 });
}

export default function NotFound() {
  return null;
}

import type { LoaderFunctionArgs } from '@remix-run/node';
import { signedInShop } from '#app/merchant.server.ts';
export async function loader({ request }: LoaderFunctionArgs) {
  await signedInShop(request);
  return null;
}
export default function Home() {
  return null;
}

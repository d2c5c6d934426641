import type { LoaderFunctionArgs } from '@remix-run/node';
import { setDocumentHeaders } from '#app/document-headers.server.ts';
import { authenticate } from '#app/shopify.server.ts';

/** The library's own pages: the session-token bounce page and the way out of the frame. */
export async function loader({ request }: LoaderFunctionArgs) {
  try {
    await authenticate.admin(request);
  } catch (answer) {
    // These pages are thrown past entry.server, so who may frame them is said here.
    if (answer instanceof Response) setDocumentHeaders(request, answer.headers);
    throw answer;
  }
  return null;
}

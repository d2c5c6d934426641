import { abstractFetch } from '@shopify/shopify-api/runtime';
import { sleep } from './cost-bucket.ts';
import { FileExpired, Unavailable } from './errors.ts';

/** Where Shopify keeps the files of bulk operations and takes uploads, whose host is the bucket's own. */
const STORAGE_HOST =
  /^((shopify-staged-uploads\.)?storage\.googleapis\.com|[a-z0-9-]+(\.[a-z0-9-]+)*\.shopifycloud\.com)$/;
/** Ten million orders with everything stay below this. */
const LARGEST_FILE = 64 * 1024 ** 3;
/** No byte for this long breaks the connection off. */
const IDLE_MS = 30_000;
/** Tries in a row that bring no byte before the file is given up for now. */
const FRUITLESS_TRIES = 4;

/** The address, when it is https on a host of Shopify's storage. @throws RangeError for any other */
export function allowedHost(address: string): URL {
  const url = URL.canParse(address) ? new URL(address) : null;
  const allowed =
    url?.protocol === 'https:' && STORAGE_HOST.test(url.hostname) && url.port === '' && url.username === '';
  if (!allowed) throw new RangeError(`"${url?.hostname ?? 'malformed'}" is no host of Shopify's storage`);
  return url;
}

/**
 * The bytes of a result file. A connection that breaks is taken up again where it stopped; redirects are
 * refused. What arrives whole is not thereby complete: compare the line counts.
 * @throws FileExpired when Shopify no longer gives the file out; Unavailable; RangeError for another host
 */
export async function* download(address: string, largest = LARGEST_FILE): AsyncGenerator<Uint8Array> {
  const { href } = allowedHost(address);
  let received = 0;
  let version: string | null = null;
  for (let fruitless = 0; ;) {
    const before = received;
    const stop = new AbortController();
    let idle = setTimeout(() => stop.abort(), IDLE_MS);
    try {
      const response = await open(href, received, version, stop.signal);
      version = response.headers.get('etag');
      // After a change of the file, or from a server without ranges, it comes from the start once more.
      let skip = response.status === 206 ? 0 : received;
      for await (const piece of response.body as unknown as AsyncIterable<Uint8Array>) {
        clearTimeout(idle);
        const fresh = piece.subarray(Math.min(skip, piece.length));
        skip -= piece.length - fresh.length;
        if (received + fresh.length > largest)
          throw new RangeError(`The file is larger than ${largest} bytes`);
        received += fresh.length;
        // The reader may take its time; only waiting for bytes counts as idle.
        if (fresh.length > 0) yield fresh;
        idle = setTimeout(() => stop.abort(), IDLE_MS);
      }
      return;
    } catch (error) {
      if (error instanceof FileExpired || error instanceof RangeError) throw error;
      fruitless = received > before ? 0 : fruitless + 1;
      if (fruitless === FRUITLESS_TRIES) throw new Unavailable('A result file breaks off', false, error);
      await sleep(200 * 2 ** fruitless);
    } finally {
      clearTimeout(idle);
      stop.abort();
    }
  }
}

async function open(
  href: string,
  from: number,
  version: string | null,
  signal: AbortSignal,
): Promise<Response> {
  const resume = from > 0 && version !== null;
  const response: Response = await abstractFetch(href, {
    headers: {
      // Ranges count the bytes that are sent, so nothing may be packed on the way.
      'Accept-Encoding': resume ? 'identity' : 'gzip, identity',
      ...(resume && { Range: `bytes=${from}-`, 'If-Range': version }),
    },
    redirect: 'manual',
    signal,
  });
  if (response.status === 200 || (response.status === 206 && startsAt(response, from))) return response;
  await response.body?.cancel();
  if ([400, 401, 403, 404, 410].includes(response.status)) throw new FileExpired();
  throw new Unavailable(`A result file was answered with ${response.status}`, false);
}

function startsAt(response: Response, from: number): boolean {
  return response.headers.get('content-range')?.startsWith(`bytes ${from}-`) === true;
}

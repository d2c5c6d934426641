import { randomBytes } from 'node:crypto';
import { PassThrough } from 'node:stream';
import {
  createReadableStreamFromReadable,
  type ActionFunctionArgs,
  type EntryContext,
} from '@remix-run/node';
import { RemixServer } from '@remix-run/react';
import { isbot } from 'isbot';
import { renderToPipeableStream } from 'react-dom/server';
import languageFiles from 'virtual:language-files';
import { setDocumentHeaders } from '#app/document-headers.server.ts';
import { LanguageProvider } from '#app/i18n/language.tsx';
import { languageOf } from '#app/i18n/languages.ts';
import { localeOf } from '#app/i18n/locale.ts';
import { logger } from '#app/logger.server.ts';
import { Nonce } from '#app/nonce.ts';
import { addDocumentResponseHeaders } from '#app/shopify.server.ts';

/** Milliseconds after which a part of the page that is still waiting is given up. */
const STREAM_TIMEOUT = 8_000;

/** Renders a document in the language of who asked; streams, except to crawlers, who get it whole. */
export default async function handleRequest(
  request: Request,
  status: number,
  headers: Headers,
  context: EntryContext,
): Promise<Response> {
  const nonce = randomBytes(16).toString('base64');
  addDocumentResponseHeaders(request, headers);
  setDocumentHeaders(request, headers, nonce);
  headers.set('Content-Type', 'text/html; charset=utf-8');
  const locale = localeOf(request);
  const file = languageFiles[locale];
  if (file !== undefined) headers.append('Link', `<${file}>; rel="modulepreload"`);
  const language = await languageOf(locale);
  const ready = isbot(request.headers.get('user-agent')) ? 'onAllReady' : 'onShellReady';
  return new Promise((resolve, reject) => {
    let shellSent = false;
    const { pipe, abort } = renderToPipeableStream(
      <Nonce.Provider value={nonce}>
        <LanguageProvider language={language}>
          <RemixServer context={context} url={request.url} abortDelay={STREAM_TIMEOUT} nonce={nonce} />
        </LanguageProvider>
      </Nonce.Provider>,
      {
        nonce,
        [ready]: () => {
          shellSent = true;
          const body = new PassThrough();
          resolve(new Response(createReadableStreamFromReadable(body), { headers, status }));
          pipe(body);
        },
        onShellError: reject,
        onError: (error: unknown) => {
          // Before the shell is out the same error also rejects, and Remix reports it.
          if (shellSent) logger.error({ err: error }, 'a part of the page could not be rendered');
        },
      },
    );
    setTimeout(abort, STREAM_TIMEOUT + 1_000).unref();
  });
}

/** Answers of loaders and actions to the browser's own requests: never cached. */
export function handleDataRequest(response: Response): Response {
  response.headers.set('Cache-Control', 'no-store');
  response.headers.set('X-Content-Type-Options', 'nosniff');
  return response;
}

/** Logs what a loader, action or render threw; a request the browser gave up is no error. */
export function handleError(error: unknown, { request }: ActionFunctionArgs): void {
  if (!request.signal.aborted)
    logger.error({ err: error, path: new URL(request.url).pathname }, 'request failed');
}

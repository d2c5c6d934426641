import type { IncomingMessage } from 'node:http';
import type { NextFunction, Request, Response } from 'express';
import { useUp } from './rate-limit.server.ts';

/** What every answer says that does not say otherwise itself. */
const HEADERS: Readonly<Record<string, string>> = {
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
  'Cache-Control': 'no-store',
  'Strict-Transport-Security': 'max-age=31536000',
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Resource-Policy': 'same-origin',
};

/** Adds to every answer, at the moment it begins, the headers it lacks. */
export function addHeaders(_request: Request, response: Response, next: NextFunction): void {
  const begin = response.writeHead;
  response.writeHead = function writeHead(...given: unknown[]) {
    for (const [name, value] of Object.entries(HEADERS)) {
      if (!response.hasHeader(name)) response.setHeader(name, value);
    }
    return Reflect.apply(begin, response, given) as typeof response;
  };
  next();
}

/** Lets one client ask only so often, whoever it says it is; the health of the process may always be asked for. */
export function limitClients(request: Request, response: Response, next: NextFunction): void {
  const wait = request.path === '/healthcheck' ? 0 : useUp('address', clientAddress(request));
  if (wait === 0) {
    next();
    return;
  }
  response.status(429).set('Retry-After', String(Math.ceil(wait / 1000)));
  response.type('text/plain').send('Too many requests');
}

/**
 * The address a request comes from. TLS ends at a proxy in front of this process, which adds the address it saw as
 * the last one; what stands before that is the client's own word.
 */
function clientAddress({ headers, socket }: IncomingMessage): string {
  const named = [headers['x-forwarded-for'] ?? []].flat().join(',').split(',').at(-1)?.trim();
  return named || (socket.remoteAddress ?? '');
}

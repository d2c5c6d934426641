import { createReadStream } from 'node:fs';
import { Readable, Transform, type Duplex } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as realDelay } from 'node:timers/promises';
import { createGzip } from 'node:zlib';
import { before, carryOut, cut, troubleFor, type Exchange, type Reply } from './exchange.ts';
import type { StoredFile } from './file-store.ts';
import { readMultipart } from './multipart.ts';
import type { World } from './stand-in-world.ts';
import { struckBy, type Mischief } from './trouble.ts';

/** Bytes an upload may have since December 2025. */
const LARGEST_UPLOAD = 100 * 1024 * 1024;

/** Shopify's file server: signed downloads and staged uploads. */
export async function answerFiles(world: World, exchange: Exchange): Promise<void> {
  const { request, url, host } = exchange;
  const upload = request.method === 'POST';
  const struck = troubleFor(world, exchange, [upload ? 'upload' : 'download']);
  const status = upload
    ? await carryOut(exchange, struck, () => takeUpload(world, exchange))
    : await download(world, exchange, struck);
  const kind = upload ? 'upload' : 'download';
  world.calls.add({ at: world.clock.now(), kind, shop: host, op: url.pathname, status });
}

async function download(world: World, exchange: Exchange, struck: readonly Mischief[]): Promise<number> {
  const file = world.files.follow(exchange.url);
  if (typeof file === 'string') {
    const [status, code] = file === 'expired' ? [403, 'ExpiredToken'] : [404, 'NoSuchKey'];
    return carryOut(exchange, struck, () => xml(status, code));
  }
  if (before(struck, exchange) !== null) return carryOut(exchange, struck, () => xml(500, 'InternalError'));
  const delay = struckBy(struck, 'delay');
  if (delay !== undefined) await realDelay(delay.ms);
  return send(file, exchange, struck);
}

async function send(file: StoredFile, exchange: Exchange, struck: readonly Mischief[]): Promise<number> {
  const { response, request } = exchange;
  const range = byteRange(request.headers.range, file.size);
  if (range === 'unsatisfiable') {
    response.writeHead(416, { 'content-range': `bytes */${file.size}` }).end();
    return 416;
  }
  const { start, end } = range ?? { start: 0, end: file.size };
  const truncate = struckBy(struck, 'truncate');
  const stop = truncate === undefined ? end : start + Math.floor((end - start) * truncate.share);
  const zipped = struckBy(struck, 'gzip') !== undefined && range === null;
  const told = truncate?.silent === true ? stop : end;
  const status = range === null ? 200 : 206;
  response.writeHead(status, {
    'content-type': 'application/jsonl',
    'accept-ranges': 'bytes',
    etag: `"${file.key.slice(-20)}-${file.size}"`,
    ...(range !== null && { 'content-range': `bytes ${start}-${end - 1}/${file.size}` }),
    ...(zipped ? { 'content-encoding': 'gzip' } : { 'content-length': String(told - start) }),
  });
  const steps: Duplex[] = [];
  const slow = struckBy(struck, 'slow');
  if (slow !== undefined) steps.push(slowly(slow.bytesPerSecond));
  if (zipped) steps.push(createGzip());
  const source = stop > start ? createReadStream(file.path, { start, end: stop - 1 }) : Readable.from([]);
  try {
    await pipeline([source, ...steps, response], { end: stop === told });
  } catch (error) {
    // The reader hung up, which is its right; its own stream failing is not.
    if (!response.destroyed) throw error;
    return 0;
  }
  return stop === told ? status : cut(exchange);
}

/** `bytes=a-b` or `bytes=a-`; null when the whole file is asked for. */
function byteRange(
  header: string | undefined,
  size: number,
): { readonly start: number; readonly end: number } | 'unsatisfiable' | null {
  const asked = /^bytes=(\d+)-(\d*)$/.exec(header ?? '');
  if (asked === null) return null;
  const start = Number(asked[1]);
  const end = asked[2] === '' ? size : Math.min(size, Number(asked[2]) + 1);
  return start >= size || start >= end ? 'unsatisfiable' : { start, end };
}

function slowly(bytesPerSecond: number): Transform {
  return new Transform({
    transform: (chunk: Buffer, _encoding, done) => {
      setTimeout(() => done(null, chunk), (chunk.length / bytesPerSecond) * 1000);
    },
  });
}

/** A POST of a form with the fields that were handed out and the file as its last part. */
function takeUpload(world: World, { request, body }: Exchange): Reply {
  const parts = readMultipart(body, request.headers['content-type'] ?? '');
  const last = parts?.at(-1);
  if (parts === null || last === undefined) return xml(400, 'MalformedPOSTRequest');
  const fields = new Map(parts.slice(0, -1).map(({ name, content }) => [name, content.toString('utf8')]));
  const staged = world.files.staged(fields.get('key') ?? '');
  if (staged === undefined) return xml(403, 'AccessDenied');
  if (last.name !== 'file') return xml(400, 'InvalidArgument');
  if (staged.target.parameters.some(({ name, value }) => fields.get(name) !== value)) {
    return xml(403, 'SignatureDoesNotMatch');
  }
  if (last.content.length > LARGEST_UPLOAD) return xml(400, 'EntityTooLarge');
  staged.content = Buffer.from(last.content);
  return {
    status: 201,
    headers: { 'content-type': 'application/xml' },
    body: '<PostResponse></PostResponse>',
  };
}

function xml(status: number, code: string): Reply {
  const body = `<?xml version='1.0' encoding='UTF-8'?><Error><Code>${code}</Code></Error>`;
  return { status, headers: { 'content-type': 'application/xml' }, body };
}

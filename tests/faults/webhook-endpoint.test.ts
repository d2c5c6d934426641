import { createHmac } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ReceivedWebhook } from '#app/models/inbox-intake.server.ts';
import { webhookEndpoint } from '#app/webhook-endpoint.server.ts';

const SECRET = 'secret-of-the-app';
const MEGABYTE = 1024 * 1024;
const BODY = '{"id":1}';

let server: Server;
/** Bytes of bodies that the endpoint was handed so far. */
let received = 0;
let kept: ReceivedWebhook[] = [];
/** What keeping a webhook waits for, or fails with. */
let keeping = async (): Promise<void> => undefined;
const sockets = new Set<Socket>();

beforeEach(async () => {
  received = 0;
  kept = [];
  keeping = async () => undefined;
  const handle = webhookEndpoint([SECRET], async (webhook) => {
    await keeping();
    kept.push(webhook);
  });
  server = createServer((request, response) => {
    handle(request, response);
    request.on('data', (part: Buffer) => (received += part.length));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterEach(async () => {
  vi.useRealTimers();
  for (const socket of sockets) socket.destroy();
  sockets.clear();
  await new Promise<void>((resolve) => server.close(() => resolve()));
});

type Dialled = {
  socket: Socket;
  /** the beginning of the answer */
  heard: Promise<string>;
  /** the whole answer, once the endpoint hung up */
  ended: Promise<string>;
};

function dial(): Dialled {
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  sockets.add(socket);
  let said = '';
  socket.on('data', (piece: Buffer) => (said += piece.toString('latin1')));
  socket.on('error', () => undefined);
  const ended = new Promise<string>((resolve) => socket.once('close', () => resolve(said)));
  const heard = new Promise<string>((resolve) => socket.once('data', () => resolve(said)));
  return { socket, ended, heard: Promise.race([heard, ended]) };
}

type Head = {
  method?: string;
  topic?: string | null;
  domain?: string | null;
  id?: string | null;
  at?: string | null;
  signature?: string | null;
  family?: string;
};

const signed = (body: string | Buffer): string => createHmac('sha256', SECRET).update(body).digest('base64');

/** The head of a webhook whose body is so long. */
function head(length: number | 'chunked', told: Head): string {
  const { method = 'POST', topic = 'orders/updated', domain = 'a.myshopify.com', id = 'one' } = told;
  const { at = '2026-11-22T08:00:00.000Z', signature = signed(BODY), family = 'X-Shopify-' } = told;
  const headers: [string, string | null][] = [
    ['topic', topic],
    ['shop-domain', domain],
    ['webhook-id', id],
    ['triggered-at', at],
    ['hmac-sha256', signature],
  ];
  const size = length === 'chunked' ? 'Transfer-Encoding: chunked' : `Content-Length: ${length}`;
  const lines = headers
    .filter(([, value]) => value !== null)
    .map(([name, value]) => `${family}${name}: ${value}`);
  return [`${method} /webhooks HTTP/1.1`, 'Host: rekindle', size, ...lines, '', ''].join('\r\n');
}

const statusOf = (answer: string): number => Number(/^HTTP\/1\.1 (\d+) /.exec(answer)?.[1]);

/** Sends a whole webhook, signed unless told otherwise, and returns the status of the answer. */
async function post(body: string | Buffer = BODY, told: Head = {}): Promise<number> {
  const { socket, heard } = dial();
  socket.write(Buffer.from(head(body.length, { signature: signed(body), ...told }), 'latin1'));
  socket.write(body);
  const status = statusOf(await heard);
  socket.destroy();
  return status;
}

/** A sender that has sent so many bytes of a body of ten megabytes, all of which arrived. */
async function holding(bytes: number): Promise<Dialled> {
  const sender = dial();
  const before = received;
  sender.socket.write(head(10 * MEGABYTE, {}));
  sender.socket.write(Buffer.alloc(bytes, ' '));
  await expect.poll(() => received - before, { interval: 1, timeout: 30_000 }).toBe(bytes);
  return sender;
}

describe('W2: given a webhook that is signed', () => {
  it('then what every webhook tells is kept, and 200 is said no sooner', async () => {
    const { promise: stored, resolve } = Promise.withResolvers<void>();
    keeping = () => stored;
    const { socket, heard } = dial();
    socket.write(head(BODY.length, {}) + BODY);
    await expect.poll(() => received, { timeout: 30_000 }).toBe(BODY.length);
    expect(kept).toEqual([]);
    resolve();
    expect(await heard).toMatch(/^HTTP\/1\.1 200 OK\r\ncontent-length: 0\r\n/i);
    expect(kept).toEqual([
      {
        domain: 'a.myshopify.com',
        webhookId: 'one',
        topic: 'orders/updated',
        resourceId: 1,
        detail: null,
        triggeredAt: Date.UTC(2026, 10, 22, 8),
      },
    ]);
  });

  it('when it cannot be kept, then Shopify is asked to come again', async () => {
    keeping = () => Promise.reject(new Error('no database'));
    expect(await post()).toBe(503);
  });

  it('when its body comes in pieces, then they are one body', async () => {
    const { socket, heard } = dial();
    socket.write(head('chunked', {}));
    socket.write(`3\r\n${BODY.slice(0, 3)}\r\n5\r\n${BODY.slice(3)}\r\n0\r\n\r\n`);
    expect(statusOf(await heard)).toBe(200);
    expect(kept.map(({ resourceId }) => resourceId)).toEqual([1]);
  });

  it('when its headers are of the other family, then it is kept all the same', async () => {
    expect(await post(BODY, { family: 'Shopify-' })).toBe(200);
    expect(kept).toMatchObject([{ domain: 'a.myshopify.com', webhookId: 'one', resourceId: 1 }]);
  });

  it('when its body is no JSON, then it is refused as no webhook', async () => {
    expect(await post('{"id":')).toBe(400);
    expect(kept).toEqual([]);
  });

  it.each<[string, Head]>([
    ['names no shop', { domain: null }],
    ['has no topic', { topic: null }],
    ['has a topic longer than any', { topic: 'a'.repeat(81) }],
    ['has a topic with something before it', { topic: '1orders/updated' }],
    ['has a topic with something after it', { topic: 'orders/updated;x' }],
    ['has no id', { id: null }],
    ['has an empty id', { id: '' }],
    ['has an id longer than any', { id: 'i'.repeat(101) }],
    ['has an id that begins with what is no character', { id: '\u00e9one' }],
    ['has an id that ends with what is no character', { id: 'one\u00e9' }],
  ])('when it %s, then it is refused as no webhook', async (_, odd) => {
    expect(await post(BODY, odd)).toBe(400);
    expect(kept).toEqual([]);
  });

  it('when topic and id are as long as they may be, then it is taken', async () => {
    expect(await post(BODY, { topic: 'a'.repeat(80), id: 'i'.repeat(100) })).toBe(200);
  });

  it('when it does not say when it is of, then that is not known', async () => {
    expect(await post(BODY, { at: null })).toBe(200);
    expect(kept.map(({ triggeredAt }) => triggeredAt)).toEqual([null]);
  });

  it.each([
    ['2000-01-01T00:00:00.000Z', false],
    ['2000-01-01T00:00:00.001Z', true],
    ['2099-12-31T23:59:59.999Z', true],
    ['2100-01-01T00:00:00.000Z', false],
    ['yesterday', false],
  ])('when it says it is of %s, then that is believed: %s', async (at, believed) => {
    expect(await post(BODY, { at })).toBe(200);
    expect(kept.map(({ triggeredAt }) => triggeredAt)).toEqual([believed ? Date.parse(at) : null]);
  });
});

describe('C16: given a request', () => {
  it.each<[string, string | null]>([
    ['no signature', null],
    ['one that is too short', `${'A'.repeat(42)}=`],
    ['one that is too long', `${'A'.repeat(44)}=`],
    ['one with something after it', `${signed(BODY)}A`],
    ['one without its end', 'A'.repeat(44)],
    ['one of other characters', `${'-'.repeat(43)}=`],
  ])('with %s, then it is refused before any of its body came', async (_, signature) => {
    const { socket, heard } = dial();
    socket.write(head(BODY.length, { signature }));
    expect(statusOf(await heard)).toBe(401);
  });

  it('whose body is another than was signed, then it is refused', async () => {
    expect(await post(BODY, { signature: signed('{"id":2}') })).toBe(401);
    expect(kept).toEqual([]);
  });

  it('that is no POST, then it hears what is taken here', async () => {
    const { socket, heard } = dial();
    socket.write(head(BODY.length, { method: 'PUT' }) + BODY);
    expect(await heard).toMatch(/^HTTP\/1\.1 405 .*\r\nallow: POST\r\n/is);
    expect(kept).toEqual([]);
  });
});

describe('C17: given a sender', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  });

  it('that was answered, then nothing is left waiting for it', async () => {
    expect(await post()).toBe(200);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('whose body does not end within five seconds, then it hears 408 and the connection is cut', async () => {
    const { socket, ended } = dial();
    socket.write(`${head(BODY.length, {})}{`);
    await expect.poll(() => received, { timeout: 30_000 }).toBe(1);
    vi.advanceTimersByTime(4_999);
    expect(await post()).toBe(200);
    vi.advanceTimersByTime(1);
    expect(await ended).toMatch(/^HTTP\/1\.1 408 .*\r\nconnection: close\r\n/is);
    expect(kept).toHaveLength(1);
  });

  it('that announces more than ten megabytes, then it hears 413 and has a second to finish', async () => {
    const { socket, heard, ended } = dial();
    let over = false;
    void ended.then(() => (over = true));
    socket.write(head(10 * MEGABYTE + 1, {}));
    expect(await heard).toMatch(/^HTTP\/1\.1 413 .*\r\ncontent-length: 0\r\nconnection: close\r\n/is);
    vi.advanceTimersByTime(999);
    expect(await post()).toBe(200);
    expect(over).toBe(false);
    vi.advanceTimersByTime(1);
    await ended;
  });

  it('that sends more than ten megabytes unannounced, then it hears 413', async () => {
    const { socket, heard } = dial();
    socket.write(head('chunked', {}));
    socket.write(`a00001\r\n${' '.repeat(10 * MEGABYTE + 1)}\r\n`);
    expect(statusOf(await heard)).toBe(413);
  });

  it('that goes on for more than ten megabytes after a genuine body, then nothing of it is kept', async () => {
    const { socket, ended } = dial();
    socket.write(head('chunked', {}));
    socket.write(`${BODY.length.toString(16)}\r\n${BODY}\r\n`);
    for (let sent = 0; sent <= 10; sent += 1) socket.write(`100000\r\n${' '.repeat(MEGABYTE)}\r\n`);
    socket.write('0\r\n\r\n');
    expect(statusOf(await ended)).toBe(413);
    expect(kept).toEqual([]);
  });

  it('that sent all of a body that is too large, then the connection ends at once', async () => {
    const { socket, ended } = dial();
    socket.write(head(10 * MEGABYTE + 1, {}));
    socket.write(Buffer.alloc(10 * MEGABYTE + 1, ' '));
    expect(statusOf(await ended)).toBe(413);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('C17: given bodies that are held in memory', () => {
  // However slow this machine is, no body takes too long.
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  });

  it('when one of ten megabytes after another is taken, then each makes room for the next', async () => {
    const large = Buffer.alloc(10 * MEGABYTE, ' ');
    large.write(BODY);
    for (let n = 0; n < 7; n += 1) expect(await post(large)).toBe(200);
  });

  it('when they are half of what fits, then a larger one is still taken, and one byte more is not', async () => {
    for (const megabytes of [9, 9, 9, 1, 1, 1]) await holding(megabytes * MEGABYTE);
    const two = Buffer.alloc(2 * MEGABYTE, ' ');
    two.write(BODY);
    const signature = signed(two);
    expect(await post(two, { signature })).toBe(200);
    await holding(1);
    const { socket, ended } = dial();
    socket.write(head(two.length, { signature }));
    socket.write(two);
    expect(await ended).toMatch(/^HTTP\/1\.1 503 .*\r\nconnection: close\r\n/is);
  });

  it('when they are all that fits, then nobody else is let in, until one of them goes away', async () => {
    const senders: Dialled[] = [];
    for (const megabytes of [9, 9, 9, ...Array<number>(37).fill(1)]) {
      senders.push(await holding(megabytes * MEGABYTE));
    }
    expect(await post()).toBe(503);
    senders.pop()?.socket.destroy();
    await expect.poll(() => post(), { timeout: 30_000 }).toBe(200);
  });

  it('when one byte after a genuine body is one too many, then nothing is kept of what was refused', async () => {
    for (const megabytes of [9, 9, 9, ...Array<number>(36).fill(1)]) await holding(megabytes * MEGABYTE);
    await holding(MEGABYTE - BODY.length);
    const { socket, ended } = dial();
    socket.write(head('chunked', {}));
    socket.write(`${BODY.length}\r\n${BODY}\r\n1\r\n \r\n0\r\n\r\n`);
    expect(statusOf(await ended)).toBe(503);
    expect(kept).toEqual([]);
  });
});

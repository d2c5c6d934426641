import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { ShopRow } from '#app/models/shops.server.ts';
import { testDatabase, testShop } from '#tests/support/database.ts';
import { waitingNow } from '#tests/support/inbox.ts';
import { signed, startReceiver, webhookRequest, type Receiver } from './webhook-sender.ts';

const MEGABYTE = 1024 * 1024;
testDatabase();
let receiver: Receiver;
let shop: ShopRow;

beforeAll(async () => {
  receiver = await startReceiver();
  shop = await testShop();
});
afterAll(() => receiver.close());

/** A connection to the receiver and all it answers until it hangs up. */
function dial(): { socket: Socket; answer: Promise<string> } {
  const socket = connect(receiver.port, '127.0.0.1');
  let said = '';
  socket.on('data', (piece: Buffer) => (said += piece.toString('latin1')));
  socket.on('error', () => undefined);
  // A reset, after whatever was said, also closes.
  return { socket, answer: new Promise((resolve) => socket.once('close', () => resolve(said))) };
}

/** The head of a genuine webhook whose body has so many bytes. */
function head(length: number | 'chunked', signature = signed('')): string {
  const { headers } = webhookRequest({ domain: shop.domain, signature });
  const size = length === 'chunked' ? 'Transfer-Encoding: chunked' : `Content-Length: ${length}`;
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  return ['POST /webhooks HTTP/1.1', 'Host: rekindle', size, ...lines, '', ''].join('\r\n');
}

describe.concurrent('C17: given a sender', () => {
  it('whose body has more than ten megabytes, then it hears 413, told or not told beforehand', async () => {
    const above = Buffer.alloc(10 * MEGABYTE + 1, ' ');
    expect(await receiver.post({ domain: shop.domain, body: above })).toBe(413);
    const { socket, answer } = dial();
    socket.write(head('chunked'));
    for (let sent = 0; sent <= 10; sent += 1) socket.write(`100000\r\n${' '.repeat(MEGABYTE)}\r\n`);
    expect(await answer).toMatch(/^HTTP\/1\.1 413 /);
  });

  it('whose body has exactly ten megabytes, then it is taken', async () => {
    const atLimit = Buffer.alloc(10 * MEGABYTE, ' ');
    atLimit.write('{"id":77}');
    expect(await receiver.post({ domain: shop.domain, body: atLimit })).toBe(200);
    expect((await waitingNow(shop.id, 10)).map(({ resourceId }) => resourceId)).toContain(77);
  });

  it('that claims a large body, then it is refused before any of it is read', async () => {
    const { socket, answer } = dial();
    socket.write(head(11 * MEGABYTE));
    expect(await answer).toMatch(/^HTTP\/1\.1 413 /);
  });

  it('that sends its headers drop by drop, then the connection is cut', async () => {
    const { socket, answer } = dial();
    const start = performance.now();
    let over = false;
    void answer.then(() => (over = true));
    for (const drop of head(10)) {
      if (over) break;
      socket.write(drop);
      await sleep(100);
    }
    expect(await answer).toMatch(/^(HTTP\/1\.1 408 |$)/);
    expect(performance.now() - start).toBeLessThan(9_000);
  });

  it('that sends its body drop by drop, then it hears 408 and the connection is cut', async () => {
    const { socket, answer } = dial();
    const start = performance.now();
    socket.write(head(10_000));
    const drops = setInterval(() => socket.write(' '), 100);
    expect(await answer).toMatch(/^HTTP\/1\.1 408 /);
    clearInterval(drops);
    expect(performance.now() - start).toBeLessThan(9_000);
  });

  it('that goes away in the middle of a body, then others are not disturbed', async () => {
    for (let n = 0; n < 20; n += 1) {
      const { socket, answer } = dial();
      socket.write(`${head(10_000)}{"id":`);
      await sleep(5);
      socket.destroy();
      await answer;
    }
    expect(await receiver.post({ domain: shop.domain })).toBe(200);
  });

  it('that asks many times over one connection, then each is answered in turn', async () => {
    const { socket, answer } = dial();
    const body = '{"id":5}';
    for (let n = 0; n < 50; n += 1) socket.write(head(body.length, signed(body)) + body);
    socket.write(head(body.length, 'forged') + body);
    // The last one is of a kind that ends the connection.
    socket.write(head(11 * MEGABYTE));
    const statuses = [...(await answer).matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => status);
    expect(statuses.pop()).toBe('413');
    expect(statuses).toEqual([...Array.from({ length: 50 }, () => '200'), '401']);
  });
});

describe('C17: given seven senders', () => {
  it('that each begin nine megabytes and never end, then an ordinary webhook is taken all the same', async () => {
    const senders = Array.from({ length: 7 }, dial);
    for (const { socket } of senders) socket.write(head(9 * MEGABYTE + 1));
    for (let sent = 0; sent < 9; sent += 1) {
      for (const { socket } of senders) if (!socket.destroyed) socket.write(Buffer.alloc(MEGABYTE, ' '));
      await sleep(20);
    }
    expect(await receiver.post({ domain: shop.domain, body: `{"id":78${' '.repeat(500_000)}}` })).toBe(200);
    for (const { socket } of senders) socket.destroy();
  });
});

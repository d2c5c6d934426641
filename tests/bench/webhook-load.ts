import { createHmac } from 'node:crypto';
import { connect, type Socket } from 'node:net';

/** A sender of signed webhooks over connections that stay open, one webhook at a time on each. */
export type Load = {
  /** Sends as fast as answers come for `seconds`. @returns answers per second */
  flatOut(path: string, seconds: number): Promise<number>;
  /** Sends `rate` per second for `seconds`. @returns the wait of each from its due time on, milliseconds */
  offered(path: string, rate: number, seconds: number): Promise<Float64Array>;
  close(): void;
};

const BODY = JSON.stringify({ id: 5_512_345_678_901, updated_at: '2026-11-22T05:00:00Z' });
let sent = 0;

/** Opens `connections` to a server on this machine. */
export async function webhookLoad(port: number, secret: string, connections: number): Promise<Load> {
  const signature = createHmac('sha256', secret).update(BODY).digest('base64');
  const sockets = await Promise.all(
    Array.from({ length: connections }, async () => {
      const socket = connect(port, '127.0.0.1').setNoDelay(true);
      await new Promise((resolve, reject) => socket.once('connect', resolve).once('error', reject));
      return socket;
    }),
  );
  const request = (path: string): string => {
    sent += 1;
    return [
      `POST ${path} HTTP/1.1`,
      'host: bench',
      'content-type: application/json',
      'x-shopify-topic: orders/updated',
      'x-shopify-shop-domain: bench.myshopify.com',
      'x-shopify-api-version: 2026-10',
      `x-shopify-webhook-id: ${process.pid}-${sent}`,
      'x-shopify-triggered-at: 2026-11-22T05:00:00.000Z',
      `x-shopify-hmac-sha256: ${signature}`,
      `content-length: ${BODY.length}`,
      '',
      BODY,
    ].join('\r\n');
  };
  /** Sends one webhook; an answer is one packet, since it has no body. */
  const send = (socket: Socket, path: string): Promise<void> =>
    new Promise((resolve, reject) => {
      socket.once('data', (answer: Buffer) => {
        if (answer.toString('latin1', 9, 12) === '200') resolve();
        else reject(new Error(`A webhook was answered with ${answer.toString('latin1', 0, 40)}`));
      });
      socket.write(request(path));
    });

  return {
    flatOut: async (path, seconds) => {
      const start = performance.now();
      let answered = 0;
      const work = async (socket: Socket): Promise<void> => {
        for (; performance.now() - start < seconds * 1000; answered += 1) await send(socket, path);
      };
      await Promise.all(sockets.map(work));
      return answered / ((performance.now() - start) / 1000);
    },
    offered: async (path, rate, seconds) => {
      const waits = new Float64Array(rate * seconds);
      const start = performance.now();
      let next = 0;
      // Each connection takes the next one that is due, so a late answer makes those behind it late too.
      const work = async (socket: Socket): Promise<void> => {
        while (next < waits.length) {
          const place = next++;
          const due = start + (place / rate) * 1000;
          const early = due - performance.now();
          // A timer may fire within the millisecond before; sent too early, its wait would look too short.
          if (early > 0) await new Promise((resolve) => setTimeout(resolve, Math.ceil(early)));
          await send(socket, path);
          waits[place] = performance.now() - due;
        }
      };
      await Promise.all(sockets.map(work));
      return waits;
    },
    close: () => sockets.forEach((socket) => socket.destroy()),
  };
}

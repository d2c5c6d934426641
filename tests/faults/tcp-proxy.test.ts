import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { tcpProxy, type TcpProxy } from './tcp-proxy.ts';

const BODY = 'x'.repeat(10_000);
let server: Server;
let proxy: TcpProxy;

beforeAll(async () => {
  server = createServer((_, response) => response.end(BODY));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
beforeEach(async () => {
  proxy = await tcpProxy({ host: '127.0.0.1', port: (server.address() as AddressInfo).port });
});
afterEach(() => proxy.close());
afterAll(() => server.close());

/** The body's length, or 'broken'. */
const ask = (): Promise<number | 'broken'> =>
  fetch(`http://127.0.0.1:${proxy.port}`, { headers: { connection: 'close' } })
    .then(async (answer) => (await answer.text()).length)
    .catch(() => 'broken' as const);

async function milliseconds(): Promise<number> {
  const began = performance.now();
  expect(await ask()).toBe(BODY.length);
  return performance.now() - began;
}

it('hands everything on unharmed while nothing is wrong, and cut into small slices', async () => {
  expect(await ask()).toBe(BODY.length);
  proxy.set({ slice: 7 });
  expect(await ask()).toBe(BODY.length);
});

it('is late, or slow', async () => {
  proxy.set({ latencyMs: 50 });
  expect(await milliseconds()).toBeGreaterThan(95);
  proxy.set({ bandwidth: 100_000 });
  expect(await milliseconds()).toBeGreaterThan(95);
});

it('resets a connection in the middle, swallows it, or refuses it', async () => {
  proxy.set({ resetAfter: 3_000, slice: 500 });
  expect(await ask()).toBe('broken');
  proxy.set({ timeoutMs: 20 });
  expect(await ask()).toBe('broken');
  proxy.set({});
  await proxy.down();
  expect(await ask()).toBe('broken');
  await proxy.up();
  expect(await ask()).toBe(BODY.length);
});

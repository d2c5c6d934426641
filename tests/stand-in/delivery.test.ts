import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bodyOf } from '#tests/fake-shopify/exchange.ts';
import { placeOrder } from '#tests/fake-shopify/store-orders.ts';
import { smallShop, type SmallShop } from './small-shop.ts';

let small: SmallShop;
let app: Server;
let received: { id: number; webhook: unknown }[];

beforeEach(async () => {
  received = [];
  app = createServer((request, response) => {
    void bodyOf(request).then((body) => {
      const { id } = JSON.parse(body.toString('utf8')) as { id: number };
      received.push({ id, webhook: request.headers['x-shopify-webhook-id'] });
      response.end();
    });
  });
  await new Promise<void>((resolve) => app.listen(0, '127.0.0.1', resolve));
  const { port } = app.address() as AddressInfo;
  // Only the clock's advance lets time pass.
  small = await smallShop({ appUrl: `http://127.0.0.1:${port}`, timeScale: 0.001 });
});
afterEach(async () => {
  await small.standIn.close();
  app.close();
});

const place = (count: number): void => {
  const createdAt = small.standIn.clock.now();
  for (let id = 900; id < 900 + count; id += 1) placeOrder(small.shop, { id, total: 100, createdAt });
};
const set = (faults: Partial<SmallShop['standIn']['delivery']['faults']>): void => {
  const { delivery } = small.standIn;
  delivery.faults = { ...delivery.faults, ...faults };
};
const ids = (): number[] => received.map(({ id }) => id);

describe('given a delivery of webhooks that goes wrong', () => {
  it('loses the share of them that was asked for', async () => {
    set({ lost: 0.5 });
    place(100);
    await small.office.webhooks.settled();
    expect(received.length).toBeGreaterThan(30);
    expect(received.length).toBeLessThan(70);
  });

  it('brings some twice or three times under the same id', async () => {
    set({ doubled: 1 });
    place(10);
    await small.office.webhooks.settled();
    expect(received.length).toBeGreaterThanOrEqual(20);
    expect(new Set(received.map(({ webhook }) => webhook)).size).toBe(10);
  });

  it('holds some back for up to a day and lets others overtake them', async () => {
    const day = 86_400;
    set({ late: 1, lateSeconds: day });
    place(20);
    for (let hour = 0; hour < 24; hour += 1) {
      small.standIn.clock.advance(3_600_000);
      await sleep(5);
    }
    await small.office.webhooks.settled();
    expect(ids().toSorted((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, place) => 900 + place));
    expect(ids()).not.toEqual(ids().toSorted((a, b) => a - b));
  });

  it('gathers them and sends them all at once', async () => {
    set({ burstSeconds: 600 });
    place(5);
    await sleep(20);
    expect(received).toEqual([]);
    const due = small.standIn.clock.nextDue() ?? 0;
    expect(due % 600_000).toBe(0);
    small.standIn.clock.advance(due + 1000 - small.standIn.clock.now());
    await small.office.webhooks.settled();
    expect(received).toHaveLength(5);
  });
});

it('keeps the currency of orders that were placed before the shop changed it', async () => {
  small.office.change({ currency: 'JPY' });
  place(1);
  const read = async (id: number): Promise<unknown> => {
    const { data } = await small.ask(
      `{ order(id: "gid://shopify/Order/${id}") { totalPriceSet { shopMoney { amount currencyCode } } } }`,
    );
    return (data as never as { order: { totalPriceSet: { shopMoney: unknown } } }).order.totalPriceSet
      .shopMoney;
  };
  expect(await read(101)).toEqual({ amount: '12.5', currencyCode: 'EUR' });
  expect(await read(900)).toEqual({ amount: '100.0', currencyCode: 'JPY' });
});

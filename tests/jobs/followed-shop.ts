import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect } from 'vitest';
import { sqlInShop } from '#app/db.server.ts';
import { applyInbox } from '#app/jobs/apply-inbox.server.ts';
import { closeQueue, enqueue } from '#app/jobs/queue.server.ts';
import { scoreCustomers } from '#app/jobs/score-customers.server.ts';
import { receiveWebhooks } from '#app/receive-webhooks.server.ts';
import { deleteCustomer, mergeCustomers, setConsent } from '#tests/fake-shopify/store-customers.ts';
import {
  cancelOrder,
  deleteOrder,
  editOrder,
  placeOrder,
  refundOrder,
} from '#tests/fake-shopify/store-orders.ts';
import { expectedBetweenRuns, heldScores, storedScores } from './expected.ts';
import {
  decide,
  drain,
  installed,
  runPipeline,
  smallShop,
  type DrainOptions,
  type Pipeline,
} from './pipeline.ts';

/** Lets the webhooks of the stand-in reach the app in this process; for the top of a test file. */
export function receiving(): () => string {
  const receiver = receiveWebhooks();
  let web: Server;
  let appUrl = '';
  beforeAll(async () => {
    web = createServer((request, response) => receiver.handle(request, response));
    await new Promise<void>((resolve) => web.listen(0, '127.0.0.1', resolve));
    appUrl = `http://127.0.0.1:${(web.address() as AddressInfo).port}`;
  });
  afterAll(async () => {
    web.close();
    await receiver.close();
    await closeQueue(1);
  });
  return () => appUrl;
}

const payload = ({ shop }: Pipeline) => ({ shopId: shop.id, generation: shop.generation });

/** A shop that is imported, scored, written, and whose webhooks reach the app. */
export async function followed(
  options: NonNullable<Parameters<typeof installed>[1]>,
  customers = 120,
): Promise<Pipeline> {
  const pipeline = await installed(smallShop({ customers }), options);
  await runPipeline(pipeline);
  await decide(pipeline.shop.id, { writeBack: 'on' });
  await enqueue(scoreCustomers, payload(pipeline));
  await settle(pipeline);
  return pipeline;
}

/** Lets every webhook arrive and be worked off, and those of what we write in turn. */
export async function settle(pipeline: Pipeline, options: DrainOptions = {}): Promise<void> {
  const { webhooks } = pipeline.shopify.shop(pipeline.fake.domain);
  for (let round = 0; round < 3; round += 1) {
    await webhooks.settled();
    await enqueue(applyInbox, payload(pipeline));
    await drain(options);
  }
}

/** Scores, what the shop's customers carry, and the stored orders are those of the shop as it is now. */
export async function expectTrue(pipeline: Pipeline): Promise<void> {
  const { shop, fake } = pipeline;
  const expected = await expectedBetweenRuns(shop.id, fake);
  expect(await storedScores(shop.id)).toEqual(expected);
  expect(heldScores(fake)).toEqual(expected);
  const stored = await sqlInShop(pipeline.shop.id, (client) =>
    client.query<{ id: number; total: number; refunded: number; customer: number | null }>(
      'select id, total, refunded, customer_id as customer from orders where shop_id = $1 order by id',
      [pipeline.shop.id],
    ),
  );
  const orders = [...pipeline.fake.orders.values()].toSorted((a, b) => a.id - b.id);
  expect(stored.rows.map(({ id, customer }) => [id, customer])).toEqual(
    orders.map(({ id, customerId }) => [id, customerId]),
  );
}

/** A lively hour: orders, edits, refunds of old orders, cancellations, deletions, a merge, a consent. */
export function live({ fake }: Pipeline, at: number): void {
  const people = [...fake.customers.keys()];
  const orders = [...fake.orders.values()].filter(({ financialStatus }) => financialStatus === 'PAID');
  for (let n = 0; n < 8; n += 1)
    placeOrder(fake, { customerId: people[n] ?? 0, total: 5_000 + n, createdAt: at + n });
  placeOrder(fake, { customerId: null, total: 700, createdAt: at });
  for (const { id, total } of orders.slice(0, 4)) refundOrder(fake, id, total, at + 20);
  cancelOrder(fake, orders[5]?.id ?? 0, at + 30);
  editOrder(fake, orders[6]?.id ?? 0, { total: 123_456 }, at + 40);
  deleteOrder(fake, orders[7]?.id ?? 0, at + 50);
  setConsent(fake, people[9] ?? 0, { emailState: 'UNSUBSCRIBED' }, at + 60);
  mergeCustomers(fake, people[10] ?? 0, people[11] ?? 0, at + 70);
  const without = [...fake.customers.keys()].find((id) => !fake.ordersByCustomer.has(id));
  deleteCustomer(fake, without ?? 0, at + 80);
}

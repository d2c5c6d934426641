// One measured process: bench.ts starts it, it loads and scores with the app's own code, and prints figures.
import { open } from 'node:fs/promises';
import '@shopify/shopify-app-remix/adapters/node';
import { setAbstractFetchFunc } from '@shopify/shopify-api/runtime';
import { adminFor } from '#app/admin-for.server.ts';
import { closeDatabase } from '#app/db.server.ts';
import { closeQueue, openQueue } from '#app/jobs/queue.server.ts';
import { scoreCustomers } from '#app/jobs/score-customers.server.ts';
import { foldForLoad, keepFold } from '#app/jobs/load-fold.server.ts';
import { loadFile } from '#app/jobs/load-file.server.ts';
import { intendOperation, updateOperation, type OperationKind } from '#app/models/bulk-operations.server.ts';
import { describeShop, installShop } from '#app/models/shops.server.ts';

/** What one process measured: seconds by step and its own peak of resident memory in MB. */
export type PipelineRound = { seconds: Record<string, number>; peakMb: number };

const [slim = '', details = '', orders = '0', lines = '0'] = process.argv.slice(2);
// The result files come from the disk: the figures are of the app and not of a network.
setAbstractFetchFunc((async (address: string) => {
  const file = String(address).endsWith('slim') ? slim : details;
  return new Response(await bytesOf(file));
}) as typeof fetch);

// What a process does once when it starts is no part of the figures.
await openQueue();
const { shop } = await installShop('bench.myshopify.com', ['read_all_orders']);
const described = await describeShop(shop.id, {
  shopifyId: 1,
  currency: 'EUR',
  timeZone: 'America/New_York',
  shopCreatedAt: Date.UTC(2020, 0, 1),
});
const seconds: Record<string, number> = {};
await timed('slim file stored', () => load('orders', 'slim', Number(orders)));
await timed('first scores stored', () => score());
await timed('details file stored', () => load('details', 'details', Number(lines)));
await timed('scored again and diffed', () => score());
const round: PipelineRound = { seconds, peakMb: Math.round(process.resourceUsage().maxRSS / 1024) };
console.log(JSON.stringify(round));
await closeQueue();
await closeDatabase();

async function timed(name: string, work: () => Promise<unknown>): Promise<void> {
  const start = performance.now();
  await work();
  seconds[name] = (performance.now() - start) / 1000;
}

/** A file in pieces without a copy: each is written over once the next one is asked for, as the reader allows. */
async function bytesOf(path: string): Promise<ReadableStream<Uint8Array>> {
  const file = await open(path);
  const piece = new Uint8Array(256 * 1024);
  const source: UnderlyingDefaultSource<Uint8Array> = {
    async pull(controller) {
      const { bytesRead } = await file.read(piece);
      if (bytesRead > 0) return controller.enqueue(piece.subarray(0, bytesRead));
      await file.close();
      controller.close();
    },
  };
  return new ReadableStream(source, { highWaterMark: 0 });
}

async function load(kind: OperationKind, file: string, objects: number): Promise<void> {
  const intent = { ownerId: 1, kind, slice: 0, filter: null, attempt: 1 };
  const { id } = await intendOperation(shop.id, intent, 3_600_000);
  const operation = await updateOperation(shop.id, id, {
    objects,
    rootObjects: Number(orders),
    state: 'finished',
  });
  const fold = kind === 'orders' ? await foldForLoad(shop.id) : null;
  await loadFile(shop.id, operation, `https://storage.googleapis.com/${file}`, { fold });
  if (fold !== null) keepFold(fold);
}

async function score(): Promise<void> {
  const context = { shop: described, admin: adminFor(described), signal: new AbortController().signal };
  await scoreCustomers.run({ shopId: shop.id, generation: shop.generation }, context);
}

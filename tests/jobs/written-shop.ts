import { databaseNow } from '#app/db.server.ts';
import { enqueue } from '#app/jobs/queue.server.ts';
import { scoreCustomers } from '#app/jobs/score-customers.server.ts';
import { placeOrder } from '#tests/fake-shopify/store-orders.ts';
import { decide, drain, installed, runPipeline, smallShop, type Pipeline } from './pipeline.ts';

/** What every job of the shop carries. */
export const payload = ({ shop }: Pipeline) => ({ shopId: shop.id, generation: shop.generation });

/** A shop that is imported, scored and written. */
export async function written(): Promise<Pipeline> {
  const pipeline = await installed(smallShop());
  await runPipeline(pipeline);
  await decide(pipeline.shop.id, { writeBack: 'on' });
  await enqueue(scoreCustomers, payload(pipeline));
  await drain();
  return pipeline;
}

/** Large orders of the customers at these places, which move all of them. */
export async function order({ fake }: Pipeline, from: number, to: number): Promise<void> {
  const createdAt = await databaseNow();
  for (const customerId of [...fake.ordersByCustomer.keys()].slice(from, to)) {
    placeOrder(fake, { customerId, total: 90_000, createdAt });
  }
}

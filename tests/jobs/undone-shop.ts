import { planWriteBack } from '#app/jobs/plan-write-back.server.ts';
import { enqueue } from '#app/jobs/queue.server.ts';
import { latestWriteRun } from '#app/models/write-runs.server.ts';
import { wishUndo } from '#app/models/undo.server.ts';
import { TEN_SEGMENTS } from '#app/rfm/schemes.ts';
import { APP_NAMESPACE } from '#tests/fake-shopify/metafield-rules.ts';
import { addTags, removeTags, setMetafield } from '#tests/fake-shopify/store-customers.ts';
import type { FakeShop } from '#tests/fake-shopify/store.ts';
import { drain, type DrainOptions, type Pipeline } from './pipeline.ts';

/** What every customer carries, tags and metafields, one line each. */
export type Carried = Map<number, { tags: string[]; fields: string[] }>;

export function carried({ fake }: Pick<Pipeline, 'fake'>): Carried {
  return new Map(
    [...fake.customers.values()].map(({ id, tags, metafields }) => [
      id,
      {
        tags: tags.toSorted(),
        fields: [...metafields.values()].map(({ key, value }) => `${key}=${value}`).sort(),
      },
    ]),
  );
}

/** Undoes a write-back, and what came after it, as a manager does on its page. */
export async function undo({ shop }: Pipeline, runId: number, options: DrainOptions = {}): Promise<void> {
  await wishUndo(shop.id, runId);
  await enqueue(planWriteBack, { shopId: shop.id, generation: shop.generation });
  await drain(options);
}

/** The id of the shop's newest write-back. */
export async function newest({ shop }: Pipeline): Promise<number> {
  return (await latestWriteRun(shop.id))?.id ?? 0;
}

/**
 * Tags as a shop that is not new to this has them: its own, some under our prefix that mean nothing to us, and on every
 * tenth customer one of our own tags that somebody put there by hand.
 */
export function tagByHand(fake: FakeShop): void {
  for (const [place, id] of [...fake.customers.keys()].entries()) {
    const slug = TEN_SEGMENTS.segments[place % TEN_SEGMENTS.segments.length]!;
    const tags = [`Club ${place % 7}`, place % 3 === 0 ? 'VIP' : 'rfm:vip', 'champions', `x:${slug}`];
    addTags(fake, id, place % 10 === 0 ? [...tags, `RFM:${slug}`] : tags, Date.now());
  }
}

/** Puts one of our metafields on a customer to another value than ours. */
export function setByHand(
  fake: FakeShop,
  id: number,
  key: 'rfm_segment' | 'rfm_profile',
  value: string,
): void {
  const type = key === 'rfm_segment' ? 'single_line_text_field' : 'json';
  setMetafield(fake, id, { namespace: APP_NAMESPACE, key, type, value }, Date.now());
}

/** Takes our tags off a customer. The tags that are left. */
export function untagByHand(fake: FakeShop, id: number): string[] {
  const tags = fake.customers.get(id)?.tags ?? [];
  removeTags(
    fake,
    id,
    tags.filter((tag) => TEN_SEGMENTS.segments.some((slug) => tag.toLowerCase() === `rfm:${slug}`)),
    Date.now(),
  );
  return [...(fake.customers.get(id)?.tags ?? [])];
}

import { z } from 'zod';
import type { ShopRow } from '#app/db.server.ts';
import { accessLog } from '#app/models/access-log.server.ts';
import { dataRequests, takeFile } from '#app/models/data-requests.server.ts';
import { countErased } from '#app/models/tombstones.server.ts';
import stored from './stored.json' with { type: 'json' };

const ENTRIES = 25;
const REQUESTS = 100;
/** How long the law leaves to answer a request, in milliseconds. */
const TIME_TO_ANSWER = 30 * 86_400_000;

const ID = /^[1-9]\d{0,14}$/;
const form = z.strictObject({
  intent: z.literal('download'),
  request: z.string().regex(ID).transform(Number),
});

/** Everything the privacy page shows. `before` is the entry of the log above which the page begins, from the address. */
export async function readPrivacy(shop: ShopRow, before: string | null) {
  const from = before !== null && ID.test(before) ? Number(before) : null;
  const [requests, erased, log] = await Promise.all([
    dataRequests(shop.id, REQUESTS),
    countErased(shop.id),
    accessLog(shop.id, ENTRIES + 1, from),
  ]);
  const entries = log.slice(0, ENTRIES);
  return {
    requests: requests.map((request) => ({ ...request, dueAt: request.requestedAt + TIME_TO_ANSWER })),
    erased,
    log: { entries, older: log.length > ENTRIES ? (entries.at(-1)?.id ?? null) : null, first: from === null },
    stored,
  };
}

/** A file to be saved, or that there is none any more. */
export type PrivacyAnswer = { name: string; content: string } | { gone: true };

/**
 * Hands out the file of a request of this shop, which is noted as downloaded by this person.
 * @throws Response 400 when the form is not the page's
 */
export async function answerPrivacy(shopId: number, userId: number, sent: FormData): Promise<PrivacyAnswer> {
  const parsed = form.safeParse(Object.fromEntries(sent));
  if (!parsed.success) throw new Response(null, { status: 400 });
  const taken = await takeFile(shopId, userId, parsed.data.request);
  if (taken === null) return { gone: true };
  return { name: `customer-${taken.customerId}.json`, content: JSON.stringify(taken.file, null, 2) };
}

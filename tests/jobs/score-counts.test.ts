import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sqlInShop } from '#app/db.server.ts';
import { passMidnight } from '#app/jobs/pass-midnight.server.ts';
import { scoreEveryone } from '#app/jobs/score-everyone.server.ts';
import { scorePending } from '#app/jobs/score-pending.server.ts';
import { described } from '#app/jobs/stats-fold.ts';
import { eraseStoredCustomer } from '#app/models/erase-customer.server.ts';
import { removeCustomers } from '#app/models/gone.server.ts';
import { applyOrders } from '#app/models/orders.server.ts';
import { addPending } from '#app/models/pending.server.ts';
import { firstScoredDay, scoreCounts } from '#app/models/score-counts.server.ts';
import { latestRun } from '#app/models/scores.server.ts';
import { segmentSizes } from '#app/models/segment-sizes.server.ts';
import { readSettings } from '#app/models/settings.server.ts';
import { countErased, markErased } from '#app/models/tombstones.server.ts';
import { FINANCIAL_STATUSES, orderBatch } from '#app/rfm/batches.ts';
import { cellName, parseCell, planeCells, PLANES, sumCounts } from '#app/rfm/planes.ts';
import { segmentOf, type SegmentSlug, TEN_SEGMENTS } from '#app/rfm/schemes.ts';
import { countsBack } from '#app/rfm/segment-trend.ts';
import { testDatabase, testShop } from '#tests/support/database.ts';

testDatabase();

const FIRST_DAY = 20_000;
const DAY = 86_400_000;

type Order = { customer: number; amount: number; ago: number };
/** What happens on a day, `after` days after the one before. */
type ShopDay = {
  after: number;
  orders: Order[];
  removed: number | null;
  erased: number | null;
  everyone: boolean;
};

const customer = fc.integer({ min: 1, max: 30 });
const order = (oldest: number) =>
  fc.record({ customer, amount: fc.integer({ min: 1, max: 900 }), ago: fc.nat(oldest) });
const shopDay = fc.record({
  after: fc.constantFrom(1, 1, 1, 2, 9),
  orders: fc.array(order(0), { maxLength: 5 }),
  removed: fc.option(customer, { freq: 4 }),
  erased: fc.option(customer, { freq: 6 }),
  everyone: fc.nat(3).map((n) => n === 0),
});

/** A shop as the app keeps it, and beside it who had which scores at the end of each day. */
async function shopOf(past: Order[]) {
  const shop = described({ ...(await testShop()), currency: 'EUR', timeZone: 'UTC' });
  const { id } = shop;
  const record = new Map<number, Map<number, string>>();
  const erased = new Set<number>();
  let orders = 0;
  let day = FIRST_DAY;

  const place = (placed: readonly Order[]) =>
    sqlInShop(id, async (client) => {
      const batch = orderBatch(placed.length + 1);
      for (const [i, { customer: whose, amount, ago }] of placed.entries()) {
        batch.id[i] = ++orders;
        batch.customerId[i] = whose;
        batch.createdAt[i] = batch.processedAt[i] = batch.updatedAt[i] = (day - ago) * DAY;
        batch.cancelledAt[i] = Number.NaN;
        batch.financialStatus[i] = FINANCIAL_STATUSES.indexOf('PAID');
        batch.currency[i] = 'EUR';
        batch.total[i] = amount;
      }
      batch.length = placed.length;
      await addPending(client, id, 'score', (await applyOrders(client, id, batch)).customers);
    });

  const score = async (everyone: boolean) => {
    const [settings, run] = [await readSettings(id), await latestRun(id)];
    if (everyone || run === null)
      return scoreEveryone(shop, settings, run, { asOf: day, reason: run ? 'week' : 'first', mark: '' });
    const held = run.asOf < day ? await passMidnight(shop, settings, run, day) : run;
    await scorePending(shop, settings, held);
    return undefined;
  };

  const note = async () => {
    const { rows } = await sqlInShop(id, (client) =>
      client.query<{ id: number; score: string }>(
        `select customer_id as id, concat(r, f, m) as score from scores where shop_id = $1 and segment is not null`,
        [id],
      ),
    );
    record.set(day, new Map(rows.map((row) => [row.id, row.score])));
  };

  await place(past);
  await score(true);
  await note();
  return {
    id,
    record,
    erased,
    async live(next: ShopDay) {
      const before = record.get(day) ?? new Map<number, string>();
      for (let idle = 1; idle < next.after; idle += 1) record.set(day + idle, before);
      day += next.after;
      await place(next.orders);
      await score(next.everyone);
      const { removed } = next;
      if (removed !== null) await sqlInShop(id, (client) => removeCustomers(client, id, [removed]));
      if (next.erased !== null) {
        erased.add(next.erased);
        await markErased(id, next.erased);
        expect(await eraseStoredCustomer(id, { customerId: next.erased, orderIds: [] })).toBe(true);
      }
      await note();
    },
  };
}

/** How many customers had which scores, without those of whom nothing may be left. */
function counted(kept: Map<number, string>, erased: Set<number>): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const [id, score] of kept) if (!erased.has(id)) counts[score] = (counts[score] ?? 0) + 1;
  return counts;
}

/** How many of them are in a segment. */
function inSegment(counts: Record<string, number>, slug: SegmentSlug): number {
  return Object.entries(counts)
    .filter(([score]) => segmentOf(TEN_SEGMENTS, { r: Number(score[0]), f: Number(score[1]), m: 1 }) === slug)
    .reduce((sum, [, n]) => sum + n, 0);
}

describe('given a shop in which something happens day by day', () => {
  it('when it is compared with the end of any earlier day, then the counts, and the course of each segment from then on, are those kept on these days', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(order(300), { minLength: 1, maxLength: 60 }),
        fc.array(shopDay, { minLength: 1, maxLength: 8 }),
        async (past, days) => {
          const shop = await shopOf(past);
          for (const day of days) await shop.live(day);
          expect(await firstScoredDay(shop.id)).toBe(FIRST_DAY);
          for (const [day, kept] of shop.record) {
            const counts = await scoreCounts(shop.id, day);
            const earlier = counts.filter((count) => count.earlier !== 0);
            const found = Object.fromEntries(earlier.map(({ r, f, m, earlier: n }) => [`${r}${f}${m}`, n]));
            expect([day, found]).toEqual([day, counted(kept, shop.erased)]);
          }
          expect(await countErased(shop.id, 0)).toBe(shop.erased.size);
          const { asOf } = (await latestRun(shop.id))!;
          const lived = [...shop.record.keys()];
          for (const from of [FIRST_DAY, lived[Math.floor(lived.length / 2)]!]) {
            const all = await segmentSizes(shop.id, from, null);
            const alone = await segmentSizes(shop.id, from, 'champions');
            for (const slug of TEN_SEGMENTS.segments) {
              const kept = [...shop.record]
                .filter(([day]) => day >= from)
                .map(([, scores]) => inSegment(counted(scores, shop.erased), slug));
              for (const sizes of slug === 'champions' ? [all, alone] : [all]) {
                const { now = 0, net = new Map<number, number>() } = sizes.get(slug) ?? {};
                expect([from, slug, countsBack(now, net, from, asOf).counts]).toEqual([from, slug, kept]);
              }
            }
          }
        },
      ),
      { numRuns: 12 },
    );
  });

  it('then each plane holds every scored customer and all their money, in the cells of their scores', async () => {
    const shop = await shopOf(
      Array.from({ length: 60 }, (_, i) => ({ customer: 1 + (i % 23), amount: 10 + i, ago: i * 3 })),
    );
    const counts = await scoreCounts(shop.id, null);
    const { rows } = await sqlInShop(shop.id, (client) =>
      client.query<{ r: number; f: number; m: number; monetary: number }>(
        'select r, f, m, monetary from scores where shop_id = $1',
        [shop.id],
      ),
    );
    for (const plane of PLANES) {
      const cells = planeCells(counts, plane);
      expect(cells).toHaveLength(25);
      for (const { down, across, customers, monetary, earlier } of cells) {
        const [vertical, horizontal] = [...plane] as ('r' | 'f' | 'm')[];
        const there = rows.filter((row) => row[vertical!] === down && row[horizontal!] === across);
        const money = there.reduce((sum, row) => sum + row.monetary, 0);
        expect([customers, monetary, earlier]).toEqual([there.length, money, there.length]);
        expect(parseCell(cellName({ plane, down, across }))).toEqual({ plane, down, across });
      }
    }
    expect(sumCounts(counts).customers).toBe(23);
  });

  it('then an erasure is told only of days before it', async () => {
    const shop = await shopOf([{ customer: 1, amount: 5, ago: 1 }]);
    await shop.live({ after: 1, orders: [], removed: null, erased: 1, everyone: false });
    const now = Date.now();
    expect(await countErased(shop.id, now - DAY)).toBe(1);
    expect(await countErased(shop.id, now + DAY)).toBe(0);
    expect(await scoreCounts(shop.id, FIRST_DAY)).toEqual([]);
  });
});

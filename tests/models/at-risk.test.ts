import { beforeAll, describe, expect, it } from 'vitest';
import { inShop } from '#app/db.server.ts';
import { atRiskPage, ordersOfCustomers } from '#app/models/at-risk.server.ts';
import { saveCare } from '#app/models/customer-care.server.ts';
import { atRiskSegments, type SegmentSlug, TEN_SEGMENTS } from '#app/rfm/schemes.ts';
import { testDatabase, testShop } from '#tests/support/database.ts';

testDatabase();
const [ANNA, BEN] = [71, 72];
const TODAY = 20_000;
const DAY = 86_400_000;
let shop: number;

const SLUGS: SegmentSlug[] = ['at-risk', 'cant-lose-them', 'needs-attention', 'champions', 'hibernating'];
/** Customer i of 1001 to 1060: the segments in turn, and money that many share. */
const moneyOf = (id: number) => 100 * (id % 7);
const MEMBERS = Array.from({ length: 60 }, (_, i) => 1001 + i)
  .filter((id) => id % 5 < 3)
  .toSorted((a, b) => moneyOf(b) - moneyOf(a) || b - a);

beforeAll(async () => {
  ({ id: shop } = await testShop());
  await inShop(shop, async (db) => {
    for (let id = 1001; id <= 1060; id += 1) {
      const day = new Date((TODAY - 100) * DAY);
      const scores = { r: 2, f: 3, m: 3, segment: SLUGS[id % 5] as string, since: day };
      await db.score.create({
        data: {
          shopId: shop,
          customerId: id,
          lastOrderDay: day,
          frequency: 3,
          monetary: moneyOf(id),
          ...scores,
        },
      });
    }
    const customer = { shopId: shop, createdAt: new Date(0), updatedAt: new Date(0) };
    await db.customer.create({ data: { ...customer, id: MEMBERS[0]!, emailConsent: 'SUBSCRIBED' } });
  });
});

const ask = (
  part: 'to-do' | 'later' | 'mine',
  {
    cursor = null,
    userId = ANNA,
    segments = atRiskSegments(TEN_SEGMENTS),
    today = TODAY,
    limit = 50,
  }: {
    cursor?: string | null;
    userId?: number;
    segments?: readonly SegmentSlug[];
    today?: number;
    limit?: number;
  } = {},
) => atRiskPage(shop, { segments, part, today, userId }, cursor, limit);
const ids = (page: { rows: { customerId: number }[] }) => page.rows.map(({ customerId }) => customerId);

describe('the at-risk list', () => {
  it('given customers of all segments, then those of three are on it, highest money first', async () => {
    const page = await ask('to-do');
    expect(ids(page)).toEqual(MEMBERS);
    expect(page).toMatchObject({ previous: null, next: null, counts: { later: 0, mine: 0 } });
    expect(page.rows[0]).toMatchObject({ emailConsent: 'SUBSCRIBED', smsConsent: null, consentKnown: true });
    expect(page.rows[1]).toMatchObject({ emailConsent: null, consentKnown: false, version: 0 });
  });

  it('given one segment, then the list is of that one', async () => {
    const page = await ask('to-do', { segments: ['cant-lose-them'] });
    expect(new Set(page.rows.map(({ segment }) => segment))).toEqual(new Set(['cant-lose-them']));
    expect(page.rows).toHaveLength(12);
  });

  it('given pages of any size, then walking forth and back shows everybody once, and a made-up cursor begins at the front', async () => {
    for (const limit of [1, 7, 35, 36]) {
      const there: number[][] = [];
      let page = await ask('to-do', { limit });
      there.push(ids(page));
      while (page.next !== null) {
        page = await ask('to-do', { limit, cursor: page.next });
        there.push(ids(page));
      }
      expect(there.flat()).toEqual(MEMBERS);
      const back = [ids(page)];
      while (page.previous !== null) {
        page = await ask('to-do', { limit, cursor: page.previous });
        back.unshift(ids(page));
      }
      expect(back).toEqual(there);
    }
    expect(ids(await ask('to-do', { cursor: "after_1'_2" }))).toEqual(MEMBERS);
  });

  it('given customers put off, then they are under Later until their day, and to do again on it', async () => {
    const [first, second] = [...MEMBERS] as [number, number];
    const later = (id: number, value: number) =>
      saveCare(shop, ANNA, [{ customerId: id, version: 0 }], { what: 'later', value });
    await later(first, TODAY + 3);
    await later(second, TODAY + 1);
    expect(ids(await ask('later'))).toEqual([first, second]);
    expect(ids(await ask('to-do'))).toEqual(MEMBERS.slice(2));
    expect((await ask('to-do')).counts).toEqual({ later: 2, mine: 0 });
    expect((await ask('to-do', { segments: ['champions'] })).counts).toEqual({ later: 0, mine: 0 });
    expect(ids(await ask('later', { today: TODAY + 1 }))).toEqual([first]);
    expect(ids(await ask('to-do', { today: TODAY + 1 }))).toEqual(MEMBERS.slice(1));
    expect(ids(await ask('to-do', { today: TODAY + 3 }))).toEqual(MEMBERS);
  });

  it('given customers assigned to two people, then each sees their own, without those put off', async () => {
    const [first, , third, fourth] = [...MEMBERS] as [number, number, number, number];
    const assign = (id: number, value: number) =>
      saveCare(shop, ANNA, [{ customerId: id, version: 0 }], { what: 'assigned', value });
    await assign(first, ANNA);
    await assign(third, ANNA);
    await assign(fourth, BEN);
    expect(ids(await ask('mine'))).toEqual([third]);
    expect((await ask('to-do')).counts.mine).toBe(1);
    expect(ids(await ask('mine', { userId: BEN }))).toEqual([fourth]);
    expect(ids(await ask('mine', { today: TODAY + 3 }))).toEqual([first, third]);
  });

  it('given nobody, then no orders are read', async () => {
    expect(await ordersOfCustomers(shop, [])).toEqual([]);
  });
});

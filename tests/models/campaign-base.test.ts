import { beforeAll, describe, expect, it } from 'vitest';
import { baseRate, type AlikeCell } from '#app/campaigns/base-rate.ts';
import { sqlInShop } from '#app/db.server.ts';
import { campaignBase, type BaseQuestion } from '#app/models/campaign-base.server.ts';
import { formatDay, startOfDay } from '#app/rfm/calendar.ts';
import { DEFAULT_RULES } from '#app/rfm/order.ts';
import { scoreWith, type CutPoints } from '#app/rfm/scores.ts';
import { randomSource } from '#tests/fake-shopify/generator-random.ts';
import { storeCampaign } from '#tests/jobs/stored-campaign.ts';
import { testDatabase, testShop } from '#tests/support/database.ts';

testDatabase();

const AS_OF = 20_000;
const ZONE = 'Asia/Seoul';
const CUT_POINTS: CutPoints = {
  r: [200, 120, 60, 30],
  f: [2, 3, null, 5],
  m: [null, null, null, null],
};
type Buyer = { id: number; days: number[]; money: number[] };
const random = randomSource(5);
const buyers: Buyer[] = Array.from({ length: 900 }, (_, i) => {
  const days = Array.from({ length: random.int(0, 7) }, () => AS_OF - random.int(0, 300)).toSorted(
    (a, b) => a - b,
  );
  return { id: 1_000 + i, days, money: days.map(() => random.int(500, 9_000)) };
});
let shop: number;

beforeAll(async () => {
  [shop] = [(await testShop()).id];
  const other = (await testShop()).id;
  for (const whose of [shop, other]) await store(whose, whose === shop ? buyers : buyers.slice(0, 300));
});

/** Scores as of now, what was gathered of orders, and the orders. */
async function store(shopId: number, people: readonly Buyer[]): Promise<void> {
  const scored = people.map((one) => ({ ...one, ...scoresOf(one, AS_OF, null) }));
  await sqlInShop(shopId, async (client) => {
    await client.query(
      `insert into scores (shop_id, customer_id, frequency, monetary, r, f, m, since)
       select $1, id, 1, 1, r, f, 1, current_date from jsonb_to_recordset($2) t (id int8, r int, f int)`,
      [shopId, JSON.stringify(scored)],
    );
    await client.query(
      `insert into bought (shop_id, customer_id, run_id, order_days)
       select $1, id, 1, array(select jsonb_array_elements_text(days)::date)
       from jsonb_to_recordset($2) t (id int8, days jsonb)`,
      [shopId, JSON.stringify(people.map(({ id, days }) => ({ id, days: days.map(formatDay) })))],
    );
    const orders = people.flatMap(({ id, days, money }) =>
      days.map((day, i) => ({
        id: id * 10 + i,
        customer: id,
        at: new Date(startOfDay(day, ZONE)),
        total: money[i],
      })),
    );
    await client.query(
      `insert into orders (shop_id, id, customer_id, created_at, processed_at, updated_at, test, financial_status,
         currency, total, refunded)
       select $1, id, customer, at, at, at, false, 'PAID', 'EUR', total, 0
       from jsonb_to_recordset($2) t (id int8, customer int8, at timestamptz, total int8)`,
      [shopId, JSON.stringify(orders)],
    );
  });
}

function scoresOf({ days }: Buyer, asOf: number, windowDays: number | null): { r: number; f: number } {
  const seen = days.filter((day) => day <= asOf && (windowDays === null || day > asOf - windowDays));
  if (seen.length === 0) return { r: 0, f: 0 };
  const values = { recencyDays: asOf - seen.at(-1)!, frequency: seen.length, monetary: 0 };
  return scoreWith(CUT_POINTS, values);
}

const question = (changes: Partial<BaseQuestion>): BaseQuestion => ({
  run: { asOf: AS_OF, cutPoints: CUT_POINTS, currency: 'EUR' },
  timeZone: ZONE,
  rules: DEFAULT_RULES,
  windowDays: null,
  observeDays: 30,
  quietDays: 1,
  ...changes,
});

/** The same, customer by customer. */
function cellsOf(
  isIn: (r: number, f: number) => boolean,
  asked: BaseQuestion,
  left: ReadonlySet<number> = new Set(),
): AlikeCell[] {
  const before = AS_OF - asked.observeDays;
  const cells = new Map<string, AlikeCell>();
  for (const one of buyers) {
    const { r, f } = scoresOf(one, AS_OF, null);
    if (!isIn(r, f)) continue;
    const cell = cells.get(`${r}${f}`) ?? { audience: 0, similar: 0, ordered: 0 };
    cells.set(`${r}${f}`, { ...cell, audience: cell.audience + 1 });
  }
  for (const one of buyers) {
    const { r, f } = scoresOf(one, before, asked.windowDays);
    const cell = cells.get(`${r}${f}`);
    const last = one.days.findLast((day) => day <= before);
    if (
      left.has(one.id) ||
      r === 0 ||
      cell === undefined ||
      last === undefined ||
      before - last < asked.quietDays
    )
      continue;
    cell.similar += 1;
    if (one.days.some((day) => day > before)) cell.ordered += 1;
  }
  return [...cells.values()];
}

describe('how an audience’s customers ordered by themselves', () => {
  const audience = { from: 'scores s', where: 's.shop_id = $1 and s.r <= 3', values: [] as unknown[] };
  it.each([
    ['all time', question({})],
    ['a window', question({ windowDays: 150 })],
    ['a hundred days', question({ observeDays: 100 })],
    ['only who was quiet for 45 days', question({ quietDays: 45 })],
  ])('given %s, then it is what counting one by one says', async (_, asked) => {
    const cells = cellsOf((r) => r <= 3, asked);
    const base = await campaignBase(shop, { ...audience, values: [shop] }, asked);
    expect(base).toMatchObject({
      audience: cells.reduce((sum, cell) => sum + cell.audience, 0),
      from: AS_OF - asked.observeDays + 1,
      through: AS_OF,
    });
    const expected = baseRate(cells);
    expect(expected).not.toBeNull();
    expect(base.rate?.rate).toBeCloseTo(expected!.rate, 12);
    expect(base.rate?.low).toBeCloseTo(expected!.low, 12);
    expect(base.rate).toMatchObject({ similar: expected!.similar });
  });

  it('given those who ordered, then what they spent is that of their orders in these days', async () => {
    const asked = question({});
    const { money } = await campaignBase(shop, { ...audience, values: [shop] }, asked);
    const spent = buyers.flatMap((one) => {
      const { r } = scoresOf(one, AS_OF - 30, null);
      const days = one.days.flatMap((day, i) => (day > AS_OF - 30 ? [one.money[i] ?? 0] : []));
      return r >= 1 && r <= 3 && days.length > 0 ? [days.reduce((sum, each) => sum + each, 0)] : [];
    });
    expect(spent.length).toBeGreaterThan(20);
    expect(money?.mean).toBeCloseTo(spent.reduce((sum, each) => sum + each, 0) / spent.length, 6);
    expect(money?.squares).toBeCloseTo(spent.reduce((sum, each) => sum + each * each, 0) / spent.length, 3);
  });

  it('given some who took part in a campaign in these days, then only who was held out of it ordered by themselves', async () => {
    const asked = question({});
    const before = await campaignBase(shop, { ...audience, values: [shop] }, asked);
    const members = buyers.slice(0, 300).map(({ id }, i) => ({ id, heldOut: i % 2 === 0 }));
    const enteredAt = startOfDay(AS_OF - 10, ZONE);
    await storeCampaign(shop, { state: 'running', enteredAt, members, offers: [] });
    const left = new Set(members.filter(({ heldOut }) => !heldOut).map(({ id }) => id));
    const cells = cellsOf((r) => r <= 3, asked, left);
    const base = await campaignBase(shop, { ...audience, values: [shop] }, asked);
    expect(base.audience).toBe(before.audience);
    expect(base.rate?.similar).toBe(cells.reduce((sum, { similar }) => sum + similar, 0));
    expect(base.rate!.similar).toBeLessThan(before.rate!.similar);
    await sqlInShop(shop, (client) =>
      client.query('delete from campaign_members where shop_id = $1', [shop]),
    );
  });

  it('given days of which too little is known, then it says so', async () => {
    const base = await campaignBase(
      shop,
      { ...audience, values: [shop] },
      question({ observeDays: 300, quietDays: 30 }),
    );
    expect(base).toMatchObject({ rate: null, money: null });
  });
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { directory } from '#app/db.server.ts';
import { closeQueue } from '#app/jobs/queue.server.ts';

import { groupMembers, type MemberRow } from '#app/models/members.server.ts';
import { TEN_SEGMENTS } from '#app/rfm/schemes.ts';
import { loggedAccess } from '#tests/support/access-log.ts';
import { testDatabase } from '#tests/support/database.ts';
import { builtPages, storeScores, type BuiltPages } from './built-pages.ts';

testDatabase();
let pages: BuiltPages;
let shop: string;
let shopId: number;

/** More than are read at once, so that the file comes in several portions. */
const CUSTOMERS = 12_003;

beforeAll(async () => {
  pages = await builtPages();
  [shop] = pages.shops;
  // The first one who opens the app is a manager, the next one is staff.
  for (const user of [1002, 1003])
    expect((await pages.askAs(shop, '/app/progress', {}, user)).status).toBe(200);
  shopId = (await directory.shopByDomain(shop))!.id;
  await storeScores(shopId, 1001, CUSTOMERS);
});
afterAll(async () => {
  await pages.close();
  await closeQueue(1);
});

const file = (group: string, as: string, userId = 1002): Promise<Response> =>
  pages.askAs(shop, `/app/segments/${group}/export?as=${as}`, {}, userId);

async function everybody(): Promise<Map<number, MemberRow>> {
  const members = new Map<number, MemberRow>();
  for (const slug of TEN_SEGMENTS.segments) {
    const { members: some } = await groupMembers(
      shopId,
      { kind: 'segment', segment: slug },
      'monetary',
      null,
      CUSTOMERS,
    );
    for (const member of some) members.set(member.customerId, member);
  }
  return members;
}

describe('given scored customers, when a manager exports a list', () => {
  it('then the CSV files of all segments hold everybody once, as the lists show them', async () => {
    const listed = await everybody();
    const seen = new Set<number>();
    for (const slug of TEN_SEGMENTS.segments) {
      const answer = await file(slug, 'csv');
      expect(answer.headers.get('content-type')).toBe('text/csv; charset=utf-8');
      expect(answer.headers.get('content-disposition')).toBe(
        `attachment; filename="rekindle-${slug}-2024-10-04.csv"`,
      );
      const [header, ...rows] = (await answer.text()).split('\r\n');
      expect(header).toBe(
        'customer_id,segment,r,f,m,tier,last_order,days_since_order,orders,spent,currency,previous_segment,since',
      );
      expect(rows.pop()).toBe('');
      for (const row of rows) {
        const [id, segment, r, f, m, tier, lastOrder, days, orders, spent, currency] = row.split(',');
        const member = listed.get(Number(id))!;
        expect([segment, r, f, m]).toEqual([slug, ...[member.r, member.f, member.m].map(String)]);
        const sum = member.r + member.f + member.m;
        expect(tier).toBe(sum >= 12 ? 'high' : sum >= 8 ? 'medium' : 'low');
        expect(Date.parse(lastOrder!) / 86_400_000).toBe(member.lastOrderDay);
        expect(Number(days)).toBe(20_000 - member.lastOrderDay!);
        expect([orders, spent, currency]).toEqual([
          String(member.frequency),
          (member.monetary / 100).toFixed(2),
          'EUR',
        ]);
        expect(seen.has(Number(id))).toBe(false);
        seen.add(Number(id));
      }
    }
    expect(seen.size).toBe(CUSTOMERS);
  });

  it('then the JSON file holds the same as the CSV, also of a cell and of nobody', async () => {
    for (const group of ['hibernating', 'r1f1', 'r5f5', 'r1m1', 'unscored']) {
      const [header = '', ...rows] = (await (await file(group, 'csv')).text()).trimEnd().split('\r\n');
      const told = (await (await file(group, 'json')).json()) as {
        group: string;
        as_of: string;
        currency: string;
        customers: Record<string, unknown>[];
      };
      expect([told.group, told.as_of, told.currency]).toEqual([group, '2024-10-04', 'EUR']);
      expect(told.customers.map((customer) => Object.values(customer).join(','))).toEqual(rows);
      for (const customer of told.customers) expect(Object.keys(customer).join(',')).toBe(header);
    }
  });

  it('then the access log says who took out whom', async () => {
    const before = (await loggedAccess(shopId)).length;
    const text = await (await file('champions', 'csv')).text();
    const ids = text
      .trimEnd()
      .split('\r\n')
      .slice(1)
      .map((row) => Number(row.split(',')[0]));
    const log = await loggedAccess(shopId);
    expect(log).toHaveLength(before + 1);
    expect(log[0]).toEqual({ userId: 1002, what: 'export', customerIds: ids });
    expect(ids.length).toBeGreaterThan(0);
  });
});

describe('given somebody else, or a list that is none', () => {
  it('then staff and strangers get nothing, and nothing is noted', async () => {
    const before = await loggedAccess(shopId);
    expect((await file('champions', 'csv', 1003)).status).toBe(403);
    expect((await pages.ask('/app/segments/champions/export')).status).not.toBe(200);
    expect((await file('nobody-knows', 'csv')).status).toBe(404);
    expect(await loggedAccess(shopId)).toEqual(before);
  });

  it('when the shop exports many times at once, then it is asked to wait', async () => {
    let refused: Response | undefined;
    for (let turn = 0; turn < 40 && refused === undefined; turn += 1) {
      const answer = await file('unscored', 'csv');
      if (answer.status === 429) refused = answer;
      else await answer.text();
    }
    expect(Number(refused?.headers.get('retry-after'))).toBeGreaterThan(0);
  });
});

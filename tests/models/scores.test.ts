import { describe, expect, it } from 'vitest';
import { TEN_SEGMENTS } from '#app/rfm/schemes.ts';
import { sqlInShop } from '#app/db.server.ts';
import { ChangeColumns } from '#app/models/change-columns.ts';
import { customerScore } from '#app/models/customer-standing.server.ts';
import { groupMembers, type MemberGroup, type MemberSort } from '#app/models/members.server.ts';
import { scoreColumns, type ScoreColumns } from '#app/models/score-columns.ts';
import { latestRun, readAllScores, readScores, recordRun, writeScores } from '#app/models/scores.server.ts';
import { segmentHistory, writeChanges } from '#app/models/segment-changes.server.ts';
import { NO_DAY } from '#app/rfm/customer-stats.ts';
import { testDatabase, testShop } from '#tests/support/database.ts';

testDatabase();

const RUN = {
  scheme: { scheme: 'ten' as const, ownScheme: null },
  asOf: 20_000,
  reason: 'first' as const,
  frequencyMethod: 'repeat-customers' as const,
  cutPoints: { r: [9, 8, null, 1], f: [2, 3, null, null], m: [1, 2, 3, 4] } as never,
  orderCounts: { read: 3, counted: 2, leftOut: {} } as never,
  summary: { scored: 2, tiers: { high: 0, medium: 1, low: 1 } } as never,
  currency: 'EUR',
  scoringVersion: 1,
  dataMark: '1 done 5',
};

/** Customers 1…n; the last one has no counted order. Segment 1 is champions. */
function columnsOf(n: number): ScoreColumns {
  const columns = scoreColumns(n);
  for (let i = 0; i < n; i += 1) {
    const scored = i < n - 1;
    columns.customerId[i] = i + 1;
    columns.lastDay[i] = scored ? 19_000 + (i % 3) : NO_DAY;
    columns.frequency[i] = scored ? 1 + (i % 4) : 0;
    columns.monetary[i] = scored ? (i % 5) * 1000 : 0;
    columns.r[i] = columns.f[i] = scored ? 5 : 0;
    columns.m[i] = scored ? 3 : 0;
    columns.segment[i] = scored ? 1 : 0;
    columns.since[i] = 20_000;
  }
  return columns;
}

const rowsOf = (n: number): Uint32Array => Uint32Array.from({ length: n }, (_, i) => i);

async function allPages(shopId: number, group: MemberGroup, sort: MemberSort): Promise<number[][]> {
  const pages: number[][] = [];
  let cursor: string | null = null;
  do {
    const page = await groupMembers(shopId, group, sort, cursor, 4);
    pages.push(page.members.map((member) => member.customerId));
    if (pages.length > 1) {
      const back = await groupMembers(shopId, group, sort, page.previous, 4);
      expect(back.members.map((member) => member.customerId)).toEqual(pages.at(-2));
    } else expect(page.previous).toBeNull();
    cursor = page.next;
  } while (cursor !== null);
  return pages;
}

describe('scores', () => {
  it('come back as they were written, and only the changed ones are written again', async () => {
    const { id } = await testShop();
    const columns = columnsOf(6);
    const runId = await sqlInShop(id, async (client) => {
      await writeScores(client, id, TEN_SEGMENTS, columns, rowsOf(6));
      return recordRun(client, id, RUN);
    });
    expect(await latestRun(id)).toMatchObject({ id: runId, ...RUN });
    const stored = await sqlInShop(id, (client) => readScores(client, id, TEN_SEGMENTS, [1, 2, 3, 4, 5, 6]));
    expect(stored).toEqual(columns);
    columns.segment[2] = 6;
    columns.previousSegment[2] = 1;
    columns.monetary[4] = Number.MAX_SAFE_INTEGER;
    await sqlInShop(id, (client) => writeScores(client, id, TEN_SEGMENTS, columns, Uint32Array.of(2, 4)));
    const sorted = await sqlInShop(id, (client) => readScores(client, id, TEN_SEGMENTS, [1, 2, 3, 4, 5, 6]));
    const at = (customer: number) => sorted.customerId.indexOf(customer);
    expect([sorted.segment[at(3)], sorted.previousSegment[at(3)]]).toEqual([6, 1]);
    expect(sorted.monetary[at(5)]).toBe(Number.MAX_SAFE_INTEGER);
    expect(await customerScore(id, 6)).toMatchObject({
      segment: null,
      unscoredReason: 'no-counted-order',
      r: 0,
    });
    expect(await customerScore(id, 99)).toBeNull();
  });

  it('are read in portions, each customer once, however many there are', async () => {
    const { id } = await testShop();
    const columns = columnsOf(20_000);
    const read = new Map<number, number[]>();
    let portions = 0;
    let rows = 0;
    await sqlInShop(id, async (client) => {
      await writeScores(client, id, TEN_SEGMENTS, columns, rowsOf(20_000));
      await readAllScores(client, id, TEN_SEGMENTS, (portion) => {
        portions += 1;
        rows += portion.n;
        for (let i = 0; i < portion.n; i += 1) {
          read.set(portion.customerId[i]!, [portion.lastDay[i]!, portion.monetary[i]!, portion.segment[i]!]);
        }
      });
    });
    expect(portions).toBe(3);
    expect([rows, read.size]).toEqual([20_000, 20_000]);
    for (let i = 0; i < columns.n; i += 1) {
      const stored = [columns.lastDay[i], columns.monetary[i], columns.segment[i]];
      expect(read.get(columns.customerId[i]!)).toEqual(stored);
    }
  });

  it('leave a history of who moved from where to where, when and why', async () => {
    const { id } = await testShop();
    await sqlInShop(id, async (client) => {
      for (const [runId, before, after] of [
        [1, 0, 1],
        [2, 1, 6],
      ] as const) {
        const changes = new ChangeColumns();
        changes.add({
          customerId: 5,
          before,
          after,
          cause: runId === 1 ? 'first' : 'time',
          scoreBefore: runId === 1 ? 0 : 555,
          scoreAfter: 355,
        });
        await writeChanges(client, id, TEN_SEGMENTS, { id: runId, day: 20_000 + runId }, changes);
      }
    });
    expect(await segmentHistory(id, 5, 10)).toEqual([
      {
        day: 20_002,
        before: 'champions',
        after: 'needs-attention',
        cause: 'time',
        scoreBefore: '555',
        scoreAfter: '355',
      },
      {
        day: 20_001,
        before: null,
        after: 'champions',
        cause: 'first',
        scoreBefore: '000',
        scoreAfter: '355',
      },
    ]);
  });

  it('are themselves the history that the first run leaves, also after they changed or went', async () => {
    const { id } = await testShop();
    const columns = columnsOf(6);
    await sqlInShop(id, async (client) => {
      await writeScores(client, id, TEN_SEGMENTS, columns, rowsOf(6));
      await recordRun(client, id, RUN);
    });
    const first = { day: RUN.asOf, before: null, cause: 'first', scoreBefore: '000' };
    const found = { ...first, after: 'champions', scoreAfter: '553' };
    expect(await segmentHistory(id, 5, 10)).toEqual([found]);
    expect(await segmentHistory(id, 6, 10)).toEqual([]);
    expect(await segmentHistory(id, 99, 10)).toEqual([]);
    const gone = new ChangeColumns();
    gone.add({ customerId: 5, before: 1, after: 0, cause: 'correction', scoreBefore: 553, scoreAfter: 0 });
    await sqlInShop(id, async (client) => {
      await writeChanges(client, id, TEN_SEGMENTS, { id: 2, day: RUN.asOf + 1 }, gone);
      await client.query('delete from scores where shop_id = $1 and customer_id = 5', [id]);
    });
    const history = await segmentHistory(id, 5, 10);
    expect(history.map(({ cause, after }) => [cause, after])).toEqual([
      ['correction', null],
      ['first', 'champions'],
    ]);
    expect(history[1]).toEqual(found);
    expect(await segmentHistory(id, 5, 1)).toHaveLength(1);
  });

  it('are listed in pages, forwards and backwards, each customer once, by any sort', async () => {
    const { id } = await testShop();
    await sqlInShop(id, (client) => writeScores(client, id, TEN_SEGMENTS, columnsOf(11), rowsOf(11)));
    const champions = { kind: 'segment', segment: 'champions' } as const;
    expect(await allPages(id, champions, 'monetary')).toEqual([
      [10, 5, 9, 4],
      [8, 3, 7, 2],
      [6, 1],
    ]);
    expect(await allPages(id, champions, 'last-order')).toEqual([
      [9, 6, 3, 8],
      [5, 2, 10, 7],
      [4, 1],
    ]);
    expect(await allPages(id, { kind: 'cell', plane: 'rf', down: 5, across: 5 }, 'frequency')).toEqual([
      [8, 4, 7, 3],
      [10, 6, 2, 9],
      [5, 1],
    ]);
    expect(await allPages(id, { kind: 'unscored' }, 'monetary')).toEqual([[11]]);
    expect((await groupMembers(id, champions, 'monetary', 'nonsense', 3)).members).toHaveLength(3);
  });
});

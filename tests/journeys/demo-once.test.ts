import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { parse } from 'csv-parse/sync';
import { afterAll, describe, expect, it } from 'vitest';
import { generateShop } from '#tests/fake-shopify/generator.ts';
import { writeOrderCsv } from '#tests/fake-shopify/order-csv-write.ts';
import { oracleOrdersFromCsv } from '#tests/rfm/oracle-csv.ts';
import { oracleScores } from '#tests/rfm/oracle.ts';

const reference = process.env.REFERENCE_DIR;
const folder = mkdtempSync(join(tmpdir(), 'rekindle-demo-test-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What the shop must hold per customer, by the oracle, in the words of the export. */
function expectedRows(orders: string, asOf: string, timeZone: string, currency: string): Map<string, string> {
  const read = oracleOrdersFromCsv(orders);
  const { scores } = oracleScores(read, { asOf, timeZone, currency, prefix: 'rfm' });
  const customers = new Set(read.flatMap(({ customer }) => customer ?? []));
  return new Map(
    [...customers].map((email) => {
      const score = scores.get(email);
      return [
        email,
        score === undefined ? ',,,,' : [score.tag, score.segment, score.r, score.f, score.m].join(','),
      ];
    }),
  );
}

async function heldRows(orders: string, asOf: string, timeZone: string): Promise<Map<string, string>> {
  const out = join(folder, 'out.csv');
  const args = ['--once', '--orders', orders, '--as-of', asOf, '--tz', timeZone, '--export', out];
  const { stdout } = await promisify(execFile)(process.execPath, ['tests/fake-shopify/demo.ts', ...args]);
  expect(stdout).toContain('The second pass sent nothing.');
  const text = readFileSync(out, 'utf8');
  expect(text.split(/\r?\n/)[0]).toBe('email,tags,rfm_segment,r,f,m');
  const rows = parse(text) as string[][];
  return new Map(rows.slice(1).map(([email = '', ...rest]) => [email, rest.join(',')]));
}

describe('the main job in one command', () => {
  it.skipIf(reference === undefined)(
    'given the Online Retail export, when it runs once, then every customer holds what the oracle says (needs REFERENCE_DIR)',
    async () => {
      const orders = join(reference ?? '', 'data/online-retail-orders.csv.gz');
      const held = await heldRows(orders, '2011-12-10', 'Europe/London');
      const expected = expectedRows(orders, '2011-12-10', 'Europe/London', 'GBP');
      expect(held.size).toBe(expected.size);
      expect(held).toEqual(expected);
    },
    600_000,
  );

  it('given a shop in Auckland where 82 % bought once, when it runs once, then every customer holds what the oracle says', async () => {
    const timeZone = 'Pacific/Auckland';
    const { shop } = generateShop({
      domain: 'auckland.myshopify.com',
      name: 'Auckland',
      currency: 'NZD',
      timeZone,
      seed: 82,
      customers: 900,
      until: Date.parse('2026-04-10T09:00:00Z'),
      shares: {
        oneTime: 0.82,
        refundedPartly: 0.06,
        refundedFully: 0.04,
        cancelled: 0.05,
        unpaid: 0.05,
        guest: 0.06,
      },
    });
    const orders = join(folder, 'auckland.csv');
    await writeOrderCsv(shop, orders);
    const held = await heldRows(orders, '2026-04-08', timeZone);
    const expected = expectedRows(orders, '2026-04-08', timeZone, 'NZD');
    expect([...held.keys()].toSorted()).toEqual([...expected.keys()].toSorted());
    expect(held).toEqual(expected);
  }, 300_000);

  it('given an export that lacks a column, when it runs once, then it stops before the install and says what to do', async () => {
    const orders = join(folder, 'broken.csv');
    await promisify(execFile)('sh', [
      '-c',
      `printf 'Name,Email,Total\\n#1,a@example.com,10.00\\n' > ${orders}`,
    ]);
    const run = promisify(execFile)(process.execPath, [
      'tests/fake-shopify/demo.ts',
      '--once',
      '--orders',
      orders,
    ]);
    const failure = (await run.catch((error: unknown) => error)) as {
      code: number;
      stdout: string;
      stderr: string;
    };
    expect(failure.code).not.toBe(0);
    expect(failure.stderr).toContain('broken.csv');
    expect(failure.stderr).toMatch(/Financial Status/);
    expect(failure.stdout).not.toContain('install');
  });
});

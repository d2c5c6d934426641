import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { Kind, parse, type ArgumentNode, visit } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { directory } from '#app/db.server.ts';
import { closeQueue } from '#app/jobs/queue.server.ts';
import { readSettings } from '#app/models/settings.server.ts';
import { staffOf } from '#app/models/staff.server.ts';
import { bulkDocument } from '#app/shopify/bulk-operations.server.ts';
import { SLIM_ORDERS } from '#app/shopify/order-export.server.ts';
import { aboutWhat } from '#app/shopify/webhook-payloads.ts';
import { changedSince } from '#app/shopify/orders-since.server.ts';
import { builtPages, type BuiltPages } from '#tests/routes/built-pages.ts';
import { testDatabase } from '#tests/support/database.ts';

testDatabase();
let pages: BuiltPages;
let shop: string;
let shopId: number;
beforeAll(async () => {
  pages = await builtPages();
  [shop] = pages.shops;
  expect((await pages.askAs(shop, '/app?_data=routes%2Fapp')).status).toBe(200);
  shopId = (await directory.shopByDomain(shop))!.id;
});
afterAll(async () => {
  await pages.close();
  await closeQueue(1);
});

describe('C8: a search', () => {
  const FOLDER = join(import.meta.dirname, '../../app/shopify');

  it('given any filter, however odd, then it stands in the export as one text and nothing else changes', () => {
    const shape = (document: string, filter: string) => {
      let found: ArgumentNode | undefined;
      const rest = visit(parse(document, { noLocation: true }), {
        Argument: (node) => {
          if (node.value.kind !== Kind.STRING || node.name.value !== 'query') return undefined;
          found ??= node;
          return null;
        },
      });
      expect(found?.value).toMatchObject({ kind: Kind.STRING, value: filter, block: false });
      return JSON.stringify(rest);
    };
    const plain = shape(bulkDocument(SLIM_ORDERS, 'x'), 'x');
    const odd = [
      '") { id } } #',
      '"""',
      '\\',
      '"',
      '$&',
      "$'",
      '\u0022',
      'a:b OR c:*',
      '\n}',
      '(',
      "') OR ('",
    ];
    for (const filter of odd) expect(shape(bulkDocument(SLIM_ORDERS, filter), filter)).toBe(plain);
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (filter) => {
        expect(shape(bulkDocument(SLIM_ORDERS, filter), filter)).toBe(plain);
      }),
      { numRuns: 40 },
    );
  });

  it('given any instant, then the filter for changes is one term with one instant in it', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4_102_444_800_000 }), (instant) => {
        expect(changedSince(instant)).toMatch(/^updated_at:>='\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ'$/);
      }),
      { numRuns: 40 },
    );
    for (const wrong of [Number.NaN, Infinity]) expect(() => changedSince(wrong)).toThrow(RangeError);
  });

  it('and no other filter is put together from anything: whatever else is searched by is a number of ours', () => {
    const filters = readdirSync(FOLDER).flatMap((file) =>
      [...readFileSync(join(FOLDER, file), 'utf8').matchAll(/`[^`\n]*\b[a-z_]+:[<>=]*'?\$\{[^`\n]*`/g)].map(
        () => file,
      ),
    );
    expect([...new Set(filters)]).toEqual(['bulk-operations.server.ts', 'orders-since.server.ts']);
  });
});

describe('C9: what a form or a webhook may not bring along', () => {
  const settings = async () => ({
    intent: 'save',
    version: String((await readSettings(shopId)).version),
    countTest: 'false',
    countCancelled: 'false',
    countUnpaid: 'false',
    countZero: 'false',
    window: 'all',
    windowDays: '365',
    frequencyMethod: '',
    tagPrefix: 'rfm',
    cycleUnit: 'suggested',
    cycleLength: '',
    writeBack: 'false',
  });
  const FORMS: [name: string, path: string, route: string, form: () => Promise<object>][] = [
    ['the settings', '/app/settings', 'routes/app.settings', settings],
    ['a download', '/app/privacy', 'routes/app.privacy', async () => ({ intent: 'download', request: '1' })],
    [
      'a note',
      '/app/at-risk',
      'routes/app.at-risk',
      async () => ({ what: 'note', value: 'x', customers: '1001:0' }),
    ],
    [
      'the purchase cycle',
      '/app/cycle',
      'routes/app.cycle',
      async () => ({ intent: 'confirm', days: '74', version: String((await readSettings(shopId)).version) }),
    ],
    ['a removal', '/app/settings', 'routes/app.settings', async () => ({ intent: 'remove-all' })],
    [
      'a role',
      '/app/settings',
      'routes/app.settings',
      async () => ({ intent: 'change-role', userId: '1001', role: 'manager' }),
    ],
    [
      'the answer on Home',
      '/app?index',
      'routes/app._index',
      async () => ({ intent: 'write-back', answer: 'not-now' }),
    ],
  ];
  const EXTRA = [
    '__proto__',
    '__proto__[manages]',
    '__proto__.manages',
    'constructor',
    'constructor.prototype',
    'constructor[prototype][x]',
    'prototype',
    'toString',
    'shopId',
    'shop_id',
    'generation',
    'accountOwner',
    'scoringVersion',
    'plannedRunId',
    'methodChosenBy',
  ];

  it.each(FORMS)(
    'given %s with a field more, then all of it is refused and nothing is stored',
    async (_, path, route, form) => {
      const before = JSON.stringify([await readSettings(shopId), await staffOf(shopId)]);
      for (const name of EXTRA) {
        const sent = Object.fromEntries([...Object.entries(await form()), [name, 'true']]) as Record<
          string,
          string
        >;
        expect([name, (await pages.send(shop, path, route, sent)).status]).toEqual([name, 400]);
      }
      expect(JSON.stringify([await readSettings(shopId), await staffOf(shopId)])).toBe(before);
      expect(Object.keys(Object.prototype)).toEqual([]);
      expect('manages' in {}).toBe(false);
    },
  );

  it('given a form whose fields come twice, or a body that is no form, then it is refused', async () => {
    const send = (init: RequestInit) =>
      pages.askAs(shop, `/app/settings?_data=${encodeURIComponent('routes/app.settings')}`, {
        method: 'POST',
        ...init,
      });
    const json = { 'content-type': 'application/json' };
    const body = JSON.stringify({ intent: 'save', __proto__: { manages: true } });
    for (const init of [
      { body, headers: json },
      { body: '' },
      { body: new URLSearchParams('intent=save&intent=remove-all&x=1') },
    ])
      expect((await send(init)).status).toBeGreaterThanOrEqual(400);
  });

  it('given a webhook that reaches for the prototype, then only numbers of known fields are kept', () => {
    const hostile = JSON.parse(
      '{"id":7,"__proto__":{"id":8,"polluted":1},"constructor":{"prototype":{"polluted":1}},"email":"a@b.example"}',
    ) as object;
    for (const topic of [
      'orders/updated',
      'customers/update',
      'customers/redact',
      '__proto__',
      'constructor',
      'toString',
    ]) {
      const kept = aboutWhat(topic, hostile);
      expect(JSON.stringify(kept)).not.toMatch(/polluted|@/);
      expect([7, null]).toContain(kept.resourceId);
    }
    for (const none of [
      null,
      1,
      'x',
      [],
      [1],
      { id: { valueOf: 1 } },
      { id: '7; drop table' },
      { id: -1 },
      { id: 1e300 },
    ])
      expect(aboutWhat('orders/updated', none).resourceId).toBeNull();
    expect('polluted' in {}).toBe(false);
  });
});

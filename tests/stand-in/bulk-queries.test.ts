import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { deleteOrder, editOrder } from '#tests/fake-shopify/store-orders.ts';
import { emptyShop, smallShop, type SmallShop } from './small-shop.ts';

const ORDERS = `{ orders { edges { node { id test customer { id } totalPriceSet { shopMoney { amount } } } } } }`;
const NESTED = `{ orders { edges { node { id lineItems { edges { node { id title product { vendor } } } } } } } }`;
const RUN = `mutation Run($query: String!) {
  bulkOperationRunQuery(query: $query) { bulkOperation { id status } userErrors { code message } } }`;
const SIX_LISTS = ['a', 'b', 'c', 'd', 'e', 'f']
  .map((name) => `${name}: lineItems { edges { node { id } } }`)
  .join(' ');
type Line = { readonly id: string; readonly parent: string | undefined };
type Run = {
  bulkOperationRunQuery: {
    bulkOperation: { id: string } | null;
    userErrors: { code: string; message: string }[];
  };
};

let small: SmallShop;
beforeEach(async () => {
  small = await smallShop();
});
afterEach(() => small.standIn.close());

const textOf = async (url: string | null): Promise<string> => (await small.fetch(String(url))).text();
const linesOf = async (url: string | null): Promise<Line[]> =>
  (await textOf(url))
    .split('\n')
    .slice(0, -1)
    .map((text) => {
      const { __parentId: parent, ...line } = JSON.parse(text) as { id: string; __parentId?: string };
      return { ...line, parent };
    });
const run = async (query: string): Promise<Run['bulkOperationRunQuery']> =>
  ((await small.ask(RUN, { query })).data as never as Run).bulkOperationRunQuery;

describe('a bulk query', () => {
  it('writes a line for each object, with escaped slashes, and counts them', async () => {
    const end = await small.bulk(ORDERS);
    expect(end).toMatchObject({
      status: 'COMPLETED',
      objectCount: '9',
      rootObjectCount: '9',
      errorCode: null,
    });
    const text = await textOf(end.url);
    expect(text.split('\n')[0]).toBe(
      '{"id":"gid:\\/\\/shopify\\/Order\\/101","test":false,"customer":{"id":"gid:\\/\\/shopify\\/Customer\\/1"},"totalPriceSet":{"shopMoney":{"amount":"12.5"}}}',
    );
    expect(Buffer.byteLength(text)).toBe(Number(end.fileSize));
  });

  it('says the same as the query asked page by page', async () => {
    const fields =
      'id name processedAt cancelledAt discountCodes customer { id displayName tags } refunds { id } lineItems(first: 5) { nodes { id quantity title vendor } }';
    const paged = (await small.ask(`{ orders(first: 50, sortKey: ID) { nodes { ${fields} } } }`))
      .data as never as {
      orders: { nodes: (Line & { lineItems: { nodes: Line[] } })[] };
    };
    const end = await small.bulk(
      `{ orders(sortKey: ID) { edges { node { ${fields.replace('nodes {', 'edges { node {').replace(/}$/, '} }')} } } } }`,
    );
    const lines = await linesOf(end.url);
    const rebuilt = lines
      .filter((line) => line.parent === undefined)
      .map((order) => ({
        ...order,
        lineItems: {
          nodes: lines
            .filter((line) => line.parent === order.id)
            .map((line) => ({ ...line, parent: undefined }))
            .sort((a, b) => a.id.localeCompare(b.id)),
        },
      }));
    rebuilt.sort((a, b) => a.id.localeCompare(b.id));
    expect(rebuilt).toEqual(paged.orders.nodes);
  });

  it('scatters children among the lines, unless they are to follow their parent', async () => {
    const scattered = await small.bulk(NESTED);
    expect(scattered).toMatchObject({ objectCount: '27', rootObjectCount: '9' });
    const apart = (lines: readonly Line[]): boolean =>
      lines.some(
        (line, i) =>
          line.parent !== undefined && ![lines[i - 1]?.id, lines[i - 1]?.parent].includes(line.parent),
      );
    expect(apart(await linesOf(scattered.url))).toBe(true);
    expect(apart(await linesOf((await small.bulk(NESTED, true)).url))).toBe(false);
  });

  it('of nothing completes without a file', async () => {
    const end = await small.bulk('{ orders(query: "id:1") { edges { node { id } } } }');
    expect(end).toMatchObject({ status: 'COMPLETED', objectCount: '0', url: null });
  });

  it('shows changes made while it runs in the lines still to be written, and nothing that was deleted', async () => {
    const slow = await smallShop({ timeScale: 50 });
    const started = slow.bulk(ORDERS);
    await new Promise((resolve) => setTimeout(resolve, 20));
    editOrder(slow.shop, 303, { total: 990 }, slow.standIn.clock.now());
    deleteOrder(slow.shop, 302, slow.standIn.clock.now());
    const text = await (await slow.fetch(String((await started).url))).text();
    expect(text).toContain('Order\\/303"');
    expect(text).toContain('"amount":"9.9"');
    expect(text).not.toContain('Order\\/302"');
    await slow.standIn.close();
  });

  it('is refused when Shopify would refuse it', async () => {
    const cases = [
      ['{ shop { name } }', /at least one connection/],
      [
        '{ orders { edges { node { id } } } customers { edges { node { id } } } }',
        /exactly one top-level field/,
      ],
      ['{ nodes(ids: ["gid://shopify/Order/1"]) { id } }', /cannot use nodes/],
      ['{ orders { edges { node { name lineItems { edges { node { id } } } } } } }', /must select id/],
      [
        '{ orders { edges { node { id customer { id orders { edges { node { id } } } } } } } }',
        /not modelled/,
      ],
      [`{ orders { edges { node { id ${SIX_LISTS} } } } }`, /more than 5 connections/],
      ['{ orders(query: "tag:vip") { edges { node { id } } } }', /not modelled: search by tag/],
      ['mutation { tagsAdd(id: "1", tags: []) { userErrors { message } } }', /must be queries/],
      ['{ orders { edges { node { id nonsense } } } }', /Cannot query field/],
    ] as const;
    for (const [query, message] of cases) {
      const { userErrors } = await run(query);
      expect(userErrors).toMatchObject([
        { code: 'INVALID', message: expect.stringMatching(message) as string },
      ]);
    }
  });

  it('is one of five at once', async () => {
    const slow = await smallShop({ timeScale: 0.001 });
    const answers = [];
    for (let i = 0; i < 6; i++) answers.push((await slow.ask(RUN, { query: ORDERS })).data as never as Run);
    expect(answers[4]?.bulkOperationRunQuery.userErrors).toEqual([]);
    expect(answers[5]?.bulkOperationRunQuery).toMatchObject({
      bulkOperation: null,
      userErrors: [{ code: 'LIMIT_REACHED' }],
    });
    const running = await slow.ask(
      '{ bulkOperations(first: 10, query: "status:created operation_type:query") { nodes { id } } }',
    );
    expect(
      (running.data as never as { bulkOperations: { nodes: unknown[] } }).bulkOperations.nodes,
    ).toHaveLength(5);
    await slow.standIn.close();
  });

  it('can be cancelled', async () => {
    const slow = await smallShop({ bulkPace: { startSeconds: 10_000 } });
    const { data } = await slow.ask(RUN, { query: ORDERS });
    const { id } = (data as never as Run).bulkOperationRunQuery.bulkOperation ?? { id: '' };
    const cancel =
      'mutation C($id: ID!) { bulkOperationCancel(id: $id) { bulkOperation { status } userErrors { message } } }';
    expect((await slow.ask(cancel, { id })).data).toMatchObject({
      bulkOperationCancel: { bulkOperation: { status: 'CANCELING' }, userErrors: [] },
    });
    await slow.standIn.close();
  });

  it('fails with ACCESS_DENIED when a field needs a scope that was not granted', async () => {
    small.office.scopes = new Set(['read_all_orders', 'read_orders']);
    expect(await small.bulk(ORDERS)).toMatchObject({
      status: 'FAILED',
      errorCode: 'ACCESS_DENIED',
      url: null,
    });
  });
});

describe('the file of a bulk query', () => {
  it('can be read from any byte on', async () => {
    const { url } = await small.bulk(ORDERS);
    const whole = await textOf(url);
    const part = await small.fetch(String(url), { headers: { range: 'bytes=100-199' } });
    expect(part.status).toBe(206);
    expect(part.headers.get('content-range')).toBe(`bytes 100-199/${whole.length}`);
    expect(await part.text()).toBe(whole.slice(100, 200));
  });

  it('is gone after seven days', async () => {
    const { url } = await small.bulk(ORDERS);
    small.standIn.clock.advance(8 * 86_400_000);
    expect((await small.fetch(String(url))).status).toBe(403);
    await small.install();
  });

  it('is only for whoever has the signed address', async () => {
    const { url } = await small.bulk(ORDERS);
    expect((await small.fetch(String(url).replace(/Signature=[^&]+/, 'Signature=x'))).status).toBe(404);
  });

  it('comes truncated, gzipped or slowly on demand', async () => {
    const { url, fileSize } = await small.bulk(ORDERS);
    small.standIn.trouble.add({ op: 'download', action: 'truncate', share: 0.5 });
    await expect(textOf(url)).rejects.toThrow();
    small.standIn.trouble.add({ op: 'download', action: 'truncate', share: 0.5, silent: true });
    expect((await textOf(url)).length).toBe(Math.floor(Number(fileSize) / 2));
    small.standIn.trouble.add({ op: 'download', action: 'gzip' });
    const raw = new URL(String(url));
    const zipped = await fetch(new URL(raw.pathname + raw.search, small.standIn.url), {
      headers: { 'x-fake-host': raw.host },
    });
    expect(zipped.headers.get('content-encoding')).toBe('gzip');
    expect((await zipped.text()).length).toBe(Number(fileSize));
  });
});

describe('trouble with a bulk query', () => {
  const started = 'bulkOperationRunQuery';

  it('ends it after any number of lines, with or without what was written', async () => {
    small.standIn.trouble.add({
      op: started,
      action: 'failBulk',
      afterLines: 4,
      errorCode: 'TIMEOUT',
      partial: true,
    });
    const kept = await small.bulk(ORDERS);
    expect(kept).toMatchObject({ status: 'FAILED', errorCode: 'TIMEOUT', url: null });
    expect(await linesOf(kept.partialDataUrl)).toHaveLength(4);
    small.standIn.trouble.add({ op: started, action: 'failBulk', afterLines: 0 });
    expect(await small.bulk(ORDERS)).toMatchObject({
      errorCode: 'INTERNAL_SERVER_ERROR',
      partialDataUrl: null,
    });
  });

  it('loses lines or all of them while its counts stand', async () => {
    small.standIn.trouble.add({ op: started, action: 'loseLines', lines: 2 });
    const short = await small.bulk(ORDERS);
    expect(short.objectCount).toBe('9');
    expect(await linesOf(short.url)).toHaveLength(7);
    small.standIn.trouble.add({ op: started, action: 'emptyBulk' });
    expect(await small.bulk(ORDERS)).toMatchObject({ status: 'COMPLETED', objectCount: '9', url: null });
  });

  it('puts anything between its lines, or its lines anywhere', async () => {
    small.standIn.trouble.add({ op: started, action: 'garble', bytes: '\ufeff{"id":', every: 4 });
    expect((await textOf((await small.bulk(ORDERS)).url)).split('\n')).toHaveLength(12);
    small.standIn.trouble.add({ op: started, action: 'shuffle' });
    const ids = (await linesOf((await small.bulk(ORDERS)).url)).map(({ id }) => id);
    expect([...ids].sort()).not.toEqual(ids);
    expect(new Set(ids).size).toBe(9);
  });

  it('lets it never finish, and its slots be taken by others', async () => {
    small.standIn.trouble.add({ op: started, action: 'neverFinish', status: 'RUNNING' });
    const { bulkOperation } = await run(ORDERS);
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(small.office.bulk.all.at(-1)?.status).toBe('RUNNING');
    expect(bulkOperation).not.toBeNull();
    small.standIn.trouble.add({ op: started, action: 'foreignBulk', seconds: 100_000 });
    expect(await run(ORDERS)).toMatchObject({ bulkOperation: null, userErrors: [{ code: 'LIMIT_REACHED' }] });
  });

  it('hands out a link that has ended', async () => {
    small.standIn.trouble.add({ op: started, action: 'expireUrl' });
    const { status, url } = await small.bulk(ORDERS);
    expect(status).toBe('COMPLETED');
    expect((await small.fetch(String(url))).status).toBe(403);
  });
});

describe('a bulk query over an empty shop', () => {
  it('completes with nothing', async () => {
    const empty = await smallShop({ shops: [emptyShop()] });
    expect(await empty.bulk(NESTED)).toMatchObject({ status: 'COMPLETED', objectCount: '0', url: null });
    await empty.standIn.close();
  });
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { directory, sqlInShop } from '#app/db.server.ts';
import { closeQueue } from '#app/jobs/queue.server.ts';
import { addCustomer } from '#tests/fake-shopify/store-customers.ts';
import { addCollection } from '#tests/fake-shopify/store.ts';
import { addSegment, deleteSegment } from '#tests/fake-shopify/store-segments.ts';
import { planOf } from '#tests/campaigns/plans.ts';
import { drain } from '#tests/jobs/pipeline.ts';
import { testDatabase } from '#tests/support/database.ts';
import { builtPages, storeScores, type BuiltPages } from './built-pages.ts';

testDatabase();
let pages: BuiltPages;
let shop: string;

beforeAll(async () => {
  pages = await builtPages();
  [shop] = pages.shops;
  await pages.askAs(shop, '/app/progress');
  const { id } = (await directory.shopByDomain(shop))!;
  await storeScores(id, 1001, 40);
  await sqlInShop(id, (client) =>
    client.query('update scores set last_order_day = last_order_day - 30 where shop_id = $1', [id]),
  );
  const { shop: fake } = pages.office(shop);
  for (let one = 1001; one <= 1030; one += 1)
    addCustomer(fake, { id: one, createdAt: 1, tags: one % 3 === 0 ? ['vip'] : [] });
});
afterAll(async () => {
  await pages.close();
  await closeQueue(1);
});

const list = async () =>
  (await pages.askAs(shop, '/app/campaigns/shopify-segments')).json() as Promise<unknown>;
const count = async (segment: { id: number; name: string }): Promise<unknown> => {
  const source = { kind: 'shopify' as const, gid: `gid://shopify/Segment/${segment.id}`, name: segment.name };
  const { audience } = planOf({}, { source });
  const sent = { audience: JSON.stringify(audience) };
  return (await pages.send(shop, '/app/campaigns/count', 'routes/app.campaigns.count', sent)).json();
};

describe('the segments of Shopify in the form of a campaign', () => {
  it('given segments, then they are listed as Shopify names and counts them; given no answer, then that is told', async () => {
    const { shop: fake } = pages.office(shop);
    expect(await list()).toEqual({ segments: [] });
    const { id } = addSegment(fake, 'VIP', "customer_tags CONTAINS 'vip'", 1);
    const segment = { gid: `gid://shopify/Segment/${id}`, name: 'VIP', customers: 10 };
    expect(await list()).toEqual({ segments: [segment] });
    const { scopes } = pages.office(shop);
    pages.office(shop).scopes = new Set(['read_orders']);
    expect(await list()).toEqual({ segments: null });
    pages.office(shop).scopes = scopes;
  });

  it('given a segment nobody read, then the worker reads it and the same question counts it; a deleted one is told', async () => {
    const { shop: fake } = pages.office(shop);
    const segment = addSegment(fake, 'VIP too', "customer_tags CONTAINS 'vip'", 2);
    expect(await count(segment)).toEqual({ reading: { read: 0, of: null } });
    await drain();
    expect(await count(segment)).toMatchObject({ count: { asked: 10, members: 10 } });
    const gone = addSegment(fake, 'Gone', 'number_of_orders >= 1', 3);
    deleteSegment(fake, gone.id);
    expect(await count(gone)).toEqual({ reading: { read: 0, of: null } });
    await drain();
    expect(await count(gone)).toEqual({ uncounted: 'shopify-segment' });
  });
});

describe('the collections in the form of an offer', () => {
  it('given words, then the collections whose titles hold them are offered, and numbers are named; given no answer, then that is told', async () => {
    const { shop: fake } = pages.office(shop);
    const [tea, coffee] = ['Green tea: spring', 'Coffee'].map((title) => addCollection(fake, title));
    const ask = async (query: string) =>
      (await pages.askAs(shop, `/app/campaigns/collections?${query}`)).json() as Promise<unknown>;
    expect(await ask('text=')).toEqual({ offered: [coffee, tea], named: [] });
    expect(await ask(`text=TEA:&id=${coffee!.id}&id=5`)).toEqual({ offered: [tea], named: [coffee] });
    expect((await pages.askAs(shop, '/app/campaigns/collections?text=a&id=x')).status).toBe(400);
    const { scopes } = pages.office(shop);
    pages.office(shop).scopes = new Set(['read_orders']);
    expect(await ask('text=tea')).toEqual({ offered: null, named: [] });
    pages.office(shop).scopes = scopes;
  });
});

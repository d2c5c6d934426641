import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { smallShop, type SmallShop } from './small-shop.ts';

const ADD =
  'mutation Tag { tagsAdd(id: "gid://shopify/Customer/1", tags: ["a"]) { userErrors { message } } }';
let small: SmallShop;
beforeEach(async () => {
  small = await smallShop();
});
afterEach(() => small.standIn.close());

const tagged = (): boolean => small.shop.customers.get(1)?.tags.includes('a') === true;

describe('trouble', () => {
  it('strikes once, at the occasion it is meant for', async () => {
    small.standIn.trouble.add({ op: 'Tag', nth: 2, action: '5xx' });
    const answers = [];
    for (const query of [ADD, '{ shop { id } }', ADD, ADD]) answers.push((await small.post(query)).status);
    expect(answers).toEqual([200, 200, 503, 200]);
  });

  it('strikes as often as told, and only at requests that hold a text', async () => {
    const off = small.standIn.trouble.add({ text: 'ianaTimezone', times: Infinity, action: 'html' });
    const page = await small.post('{ shop { ianaTimezone } }');
    expect([page.status, page.headers.get('content-type')]).toEqual([502, 'text/html']);
    expect((await small.post('{ shop { id } }')).status).toBe(200);
    expect((await small.post('{ shop { ianaTimezone } }')).status).toBe(502);
    off();
    expect((await small.post('{ shop { ianaTimezone } }')).status).toBe(200);
  });

  it('cuts the connection before or after the work is done', async () => {
    small.standIn.trouble.add({ op: 'Tag', action: 'resetBeforeCommit' });
    await expect(small.post(ADD)).rejects.toThrow();
    expect(tagged()).toBe(false);
    small.standIn.trouble.add({ op: 'Tag', action: 'timeoutAfterCommit', ms: 5 });
    await expect(small.post(ADD)).rejects.toThrow();
    expect(tagged()).toBe(true);
    expect(small.standIn.calls.of('tagsAdd').map(({ status }) => status)).toEqual([0, 0]);
  });

  it('refuses, redirects, throttles, denies, errs or changes the version', async () => {
    const { trouble } = small.standIn;
    trouble.add({ op: 'Tag', action: '401' });
    expect((await small.post(ADD)).status).toBe(401);
    trouble.add({ op: 'Tag', action: 'redirect', to: 'other.myshopify.com' });
    const moved = await small.post(ADD);
    expect([moved.status, moved.headers.get('location')]).toEqual([
      301,
      'https://other.myshopify.com/admin/api/2026-10/graphql.json',
    ]);
    trouble.add({ op: 'Tag', action: 'throttle' });
    expect((await small.ask(ADD)).errors?.[0]?.extensions?.code).toBe('THROTTLED');
    trouble.add({ op: 'Tag', action: 'accessDenied', field: 'tagsAdd' });
    expect((await small.ask(ADD)).errors?.[0]?.extensions?.code).toBe('ACCESS_DENIED');
    trouble.add({ op: 'Tag', action: 'errors' });
    expect((await small.ask(ADD)).errors?.[0]?.extensions?.code).toBe('INTERNAL_SERVER_ERROR');
    expect(tagged()).toBe(false);
    trouble.add({ op: 'Tag', action: 'wrongVersion', version: '2027-01' });
    expect((await small.post(ADD)).headers.get('x-shopify-api-version')).toBe('2027-01');
    expect((await small.post(ADD)).headers.get('x-shopify-api-version')).toBe('2026-10');
  });
});

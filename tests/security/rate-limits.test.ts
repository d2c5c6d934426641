import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { closeQueue } from '#app/jobs/queue.server.ts';
import { limitShop, useUp } from '#app/rate-limit.server.ts';
import { builtPages, type BuiltPages } from '#tests/routes/built-pages.ts';
import { testDatabase } from '#tests/support/database.ts';

testDatabase();
let pages: BuiltPages;
beforeAll(async () => {
  pages = await builtPages();
  for (const shop of pages.shops)
    expect((await pages.askAs(shop, '/app?_data=routes%2Fapp')).status).toBe(200);
});
afterEach(() => vi.useRealTimers());
afterAll(async () => {
  await pages.close();
  await closeQueue(1);
});

describe('C10: what is expensive', () => {
  const post = (shop: string, form: Record<string, string>) =>
    pages.send(shop, '/app?index', 'routes/app._index', form);
  const asked: [name: string, ask: (shop: string) => Promise<Response>][] = [
    ['the preview', (shop) => pages.askAs(shop, '/app/preview?_data=routes%2Fapp.preview')],
    ['the progress', (shop) => pages.askAs(shop, '/app/progress')],
    ['a write, an import or another try', (shop) => post(shop, { intent: 'try-again' })],
  ];

  it.each(asked)(
    'given a shop that asks for %s without end, then it is told when to come back; another is not',
    async (_, ask) => {
      // Time stands still, so that a slow machine asks as often as a fast one.
      vi.useFakeTimers({ toFake: ['Date'] });
      const [mine, other] = pages.shops;
      let answer = await ask(mine);
      for (let n = 0; n < 100 && answer.status !== 429; n += 1) answer = await ask(mine);
      expect(answer.status).toBe(429);
      expect(Number(answer.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
      expect((await ask(other)).status).not.toBe(429);
    },
  );

  it('given a page that came too often, then it says so instead of breaking', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const [shop] = pages.shops;
    const ask = () => pages.askAs(shop, `/app/preview?shop=${shop}`);
    let answer = await ask();
    for (let n = 0; n < 20 && answer.status !== 429; n += 1) answer = await ask();
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([429, expect.stringMatching(/^\d+$/)]);
    expect(await answer.text()).toContain('Wait a minute and try again');
  });

  it('given time, then it is allowed again, one for each pause', () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const refused = () => {
      try {
        limitShop('preview', 4711);
        return 0;
      } catch (answer) {
        return Number((answer as Response).headers.get('retry-after'));
      }
    };
    expect(Array.from({ length: 11 }, refused)).toEqual([...Array.from({ length: 10 }, () => 0), 6]);
    vi.setSystemTime(Date.now() + 6_000);
    expect([refused(), refused()]).toEqual([0, 6]);
    vi.setSystemTime(Date.now() + 3_600_000);
    expect(Array.from({ length: 11 }, refused).filter((wait) => wait > 0)).toEqual([6]);
  });

  it('given a clock that was set back by a day, then nobody waits longer than for a spent burst', () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    useUp('preview', 'jump');
    vi.setSystemTime(Date.now() - 86_400_000);
    expect(useUp('preview', 'jump')).toBeLessThanOrEqual(60_000);
  });

  it('given more clients than are remembered, then those at rest are forgotten', () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    for (let n = 0; n < 25_000; n += 1) expect(useUp('address', `client-${n}`)).toBe(0);
  });
});

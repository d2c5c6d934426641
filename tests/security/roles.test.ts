import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { directory } from '#app/db.server.ts';
import { closeQueue } from '#app/jobs/queue.server.ts';
import { changeRole, staffOf } from '#app/models/staff.server.ts';
import { builtPages, storeScores, type BuiltPages } from '#tests/routes/built-pages.ts';
import { testDatabase } from '#tests/support/database.ts';
import { ROUTE_ROLES, type Needs } from './route-roles.ts';

testDatabase();
let pages: BuiltPages;
let shop: string;
let shopId: number;

/** Everybody who may come, by the user id they sign in with; null is nobody. */
const PEOPLE = { none: null, staff: 1003, manager: 1002, owner: 1001 } as const;
const MAY: Record<Needs, readonly (keyof typeof PEOPLE)[]> = {
  nobody: ['none', 'staff', 'manager', 'owner'],
  staff: ['staff', 'manager', 'owner'],
  manager: ['manager', 'owner'],
};

beforeAll(async () => {
  pages = await builtPages();
  [shop] = pages.shops;
  // The first one of an install is a manager; the owner is seen last and stays mere staff beside being the owner.
  for (const user of [PEOPLE.manager, PEOPLE.staff, PEOPLE.owner])
    expect((await pages.askAs(shop, '/app/progress', {}, user)).status).toBe(200);
  shopId = (await directory.shopByDomain(shop))!.id;
  await storeScores(shopId, 1001, 60);
});
afterAll(async () => {
  await pages.close();
  await closeQueue(1);
});

const ask = (who: keyof typeof PEOPLE, path: string, init: RequestInit = {}) => {
  const user = PEOPLE[who];
  return user === null ? pages.ask(path, init) : pages.askAs(shop, path, init, user);
};
/** The address at which exactly this route answers, without the ones around it. */
const only = (path: string, route: string, hasPage: boolean) =>
  hasPage ? `${path}${path.includes('?') ? '&' : '?'}_data=${encodeURIComponent(route)}` : path;
/** What came of asking: 'refused' to somebody in a role that is not enough, 'sent away' to nobody, else 'answered'. */
const outcome = ({ status, headers }: Response): string => {
  if (status === 403) return 'refused';
  // A page's own requests learn of a redirect by this header.
  if ([302, 401, 410].includes(status) || headers.has('x-remix-redirect')) return 'sent away';
  return 'answered';
};
const expected = (who: keyof typeof PEOPLE, needs: Needs): string =>
  MAY[needs].includes(who) ? 'answered' : who === 'none' ? 'sent away' : 'refused';

describe('the table of routes', () => {
  it('names every route of the app, and which of them answer and take', () => {
    const built = Object.entries(pages.routes).map(([id, route]) => [
      id,
      { loader: route?.module.loader !== undefined, action: route?.module.action !== undefined },
    ]);
    const stated = Object.entries(ROUTE_ROLES).map(([id, { loader, action }]) => [
      id,
      { loader: loader !== null, action: action !== null },
    ]);
    expect(Object.fromEntries(stated)).toEqual(Object.fromEntries(built));
  });

  it.each(Object.entries(ROUTE_ROLES).flatMap(([id, { loader }]) => (loader ? [[id, loader] as const] : [])))(
    'given %s, which needs %s, when each role asks, then those who may are answered and the others refused',
    async (id, needs) => {
      for (const who of Object.keys(PEOPLE) as (keyof typeof PEOPLE)[]) {
        const path = only(ROUTE_ROLES[id]!.path, id, 'default' in pages.routes[id]!.module);
        expect([who, outcome(await ask(who, path))]).toEqual([who, expected(who, needs)]);
      }
    },
  );

  it.each(Object.entries(ROUTE_ROLES).flatMap(([id, { action }]) => (action ? [[id, action] as const] : [])))(
    'given a form for %s, which needs %s, when each role sends it, then those who may are heard and the others refused',
    async (id, needs) => {
      for (const who of Object.keys(PEOPLE) as (keyof typeof PEOPLE)[]) {
        const body = new URLSearchParams({ intent: 'made-up' });
        const path = only(ROUTE_ROLES[id]!.path, id, 'default' in pages.routes[id]!.module);
        expect([who, outcome(await ask(who, path, { method: 'POST', body }))]).toEqual([
          who,
          expected(who, needs),
        ]);
      }
    },
  );
});

describe('what roles mean', () => {
  const send = (who: keyof typeof PEOPLE, form: Record<string, string>) =>
    ask(who, `/app/settings?_data=${encodeURIComponent('routes/app.settings')}`, {
      method: 'POST',
      body: new URLSearchParams(form),
    });
  const settingsOf = async (who: keyof typeof PEOPLE) =>
    (await ask(who, `/app/settings?_data=${encodeURIComponent('routes/app.settings')}`)).json() as Promise<{
      people: { userId: number }[] | null;
      values: object;
    }>;

  it('given staff, when they look at the settings, then they see them and nobody else who is here', async () => {
    const seen = await settingsOf('staff');
    expect(seen.people).toBeNull();
    expect(seen.values).toEqual((await settingsOf('manager')).values);
    expect((await settingsOf('owner')).people?.map(({ userId }) => userId)).toEqual([1002, 1003, 1001]);
  });

  it('given staff, when a page is refused, then it says whom to ask and names nobody', async () => {
    const answer = await ask('staff', `/app/preview?shop=${shop}`);
    const text = await answer.text();
    expect(answer.status).toBe(403);
    expect(text).toContain('Ask the account owner or a manager');
    expect(text).not.toMatch(/Olive|Mara|Sten|@example/);
    expect(answer.headers.get('content-security-policy')).toContain(`frame-ancestors https://${shop}`);
  });

  it('given staff who make themselves a manager, then they stay staff', async () => {
    expect((await send('staff', { intent: 'change-role', userId: '1003', role: 'manager' })).status).toBe(
      403,
    );
    expect((await staffOf(shopId)).find(({ userId }) => userId === 1003)?.role).toBe('staff');
  });

  it('given a manager who makes somebody a manager, then that person may at once, and no longer once it is taken back', async () => {
    expect(
      await (await send('manager', { intent: 'change-role', userId: '1003', role: 'manager' })).json(),
    ).toEqual({
      result: 'role-changed',
    });
    expect((await ask('staff', '/app/preview?_data=routes%2Fapp.preview')).status).toBe(200);
    await send('owner', { intent: 'change-role', userId: '1003', role: 'staff' });
    expect((await ask('staff', '/app/preview?_data=routes%2Fapp.preview')).status).toBe(403);
  });

  it('given the account owner who was made staff, then everything is still theirs', async () => {
    await changeRole(shopId, 1001, 'staff');
    expect((await ask('owner', '/app/preview?_data=routes%2Fapp.preview')).status).toBe(200);
  });

  it.each([
    ['somebody unknown', { userId: '4711', role: 'staff' }, 404],
    ['nobody', { userId: '', role: 'staff' }, 400],
    ['a role that is none', { userId: '1003', role: 'owner' }, 400],
    ['more than is asked', { userId: '1003', role: 'staff', accountOwner: 'true' }, 400],
  ])('given a form about %s, then it is refused', async (_, form, status) => {
    expect((await send('manager', { intent: 'change-role', ...form })).status).toBe(status);
  });
});

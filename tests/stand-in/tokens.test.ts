import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { exchangeFor, idToken, smallShop, type SmallShop } from './small-shop.ts';

const DAY = 86_400_000;
const refresh = (token: string): Record<string, string> => ({
  grant_type: 'refresh_token',
  refresh_token: token,
});
let small: SmallShop;
beforeEach(async () => {
  small = await smallShop();
});
afterEach(() => small.standIn.close());

describe('token exchange', () => {
  it('gives an offline token for an hour and a refresh token for 90 days', async () => {
    const { status, body } = await small.token(exchangeFor(idToken()));
    expect(status).toBe(200);
    expect(body).toMatchObject({ expires_in: 3600, refresh_token_expires_in: 90 * 86_400 });
    expect(body.access_token).toMatch(/^shpat_[0-9a-f]{32}$/);
    expect(body.refresh_token).toMatch(/^shprt_/);
    expect(body.scope).toBe('read_all_orders,read_orders,write_customers,read_products');
  });

  it('gives an online token with the member of staff it is for', async () => {
    const requested_token_type = 'urn:shopify:params:oauth:token-type:online-access-token';
    const { body } = await small.token({ ...exchangeFor(idToken()), requested_token_type });
    expect(body).toMatchObject({ associated_user: { id: 1001, account_owner: true } });
    expect(body.refresh_token).toBeUndefined();
  });

  it('refuses a session token that is old, changed or for someone else, and an unknown app', async () => {
    const [header, payload] = idToken().split('.');
    for (const bad of [idToken(Date.now() - 120_000), `${header}.${payload}.AAAA`, 'nonsense']) {
      expect(await small.token(exchangeFor(bad))).toEqual({
        status: 400,
        body: { error: 'invalid_subject_token' },
      });
    }
    const unknown = await small.token({ ...exchangeFor(idToken()), client_id: 'other' });
    expect(unknown).toEqual({ status: 400, body: { error: 'application_cannot_be_found' } });
  });
});

describe('an access token', () => {
  it('dies after an hour, with HTTP 401', async () => {
    const { access_token: token } = await small.install();
    small.standIn.clock.advance(3_599_000);
    expect((await small.post('{ shop { id } }', {}, token)).status).toBe(200);
    small.standIn.clock.advance(2_000);
    expect((await small.post('{ shop { id } }', {}, token)).status).toBe(401);
  });

  it('dies with the uninstall, and refreshing it finds no app any more', async () => {
    const { access_token: token, refresh_token: next } = await small.install();
    small.office.uninstall();
    expect((await small.post('{ shop { id } }', {}, token)).status).toBe(401);
    expect((await small.token(refresh(next))).body).toEqual({ error: 'application_cannot_be_found' });
  });
});

describe('a refresh token', () => {
  it('rotates, and works again until its successor is used', async () => {
    const { refresh_token: first } = await small.install();
    const lost = await small.token(refresh(first));
    const again = await small.token(refresh(first));
    expect([lost.status, again.status]).toEqual([200, 200]);
    expect((await small.token(refresh(String(again.body.refresh_token)))).status).toBe(200);
    expect(await small.token(refresh(first))).toMatchObject({
      status: 400,
      body: { error: 'invalid_grant' },
    });
  });

  it('works again for no more than 30 days after its first use', async () => {
    const { refresh_token: first } = await small.install();
    await small.token(refresh(first));
    small.standIn.clock.advance(29 * DAY);
    expect((await small.token(refresh(first))).status).toBe(200);
    small.standIn.clock.advance(2 * DAY);
    expect((await small.token(refresh(first))).status).toBe(400);
  });

  it('dies unused after 90 days', async () => {
    const { refresh_token: first } = await small.install();
    small.standIn.clock.advance(90 * DAY + 1000);
    expect((await small.token(refresh(first))).status).toBe(400);
  });

  it('and the expiry are missing from the answer on demand', async () => {
    const { refresh_token: first } = await small.install();
    small.standIn.trouble.add({ op: 'refresh', action: 'noexp' });
    expect(Object.keys((await small.token(refresh(first))).body)).toEqual(['access_token', 'scope']);
  });
});

describe('a shop that is frozen, forbidden or locked', () => {
  it.each([402, 403, 423] as const)('answers everything with %d', async (status) => {
    const { refresh_token: next } = await small.install();
    small.office.refuseWith = status;
    expect((await small.post('{ shop { id } }')).status).toBe(status);
    expect((await small.token(refresh(next))).status).toBe(status);
  });
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { directory, sqlInShop } from '#app/db.server.ts';
import { closeQueue } from '#app/jobs/queue.server.ts';
import { runJob } from '#app/jobs/run-job.server.ts';
import { tellShopifyUnsubscribed } from '#app/jobs/tell-unsubscribed.server.ts';
import { mailToken, type MailLinkKind } from '#app/mail-tokens.server.ts';
import { suppressionOf } from '#app/models/suppressions.server.ts';
import { campaignAnswers } from '#app/models/survey-answers.server.ts';
import { addCustomer } from '#tests/fake-shopify/store-customers.ts';
import { testDatabase } from '#tests/support/database.ts';
import { startMailServer, type MailServer } from '#tests/support/mail-server.ts';
import { builtPages, storeScores, type BuiltPages } from './built-pages.ts';

testDatabase();
let pages: BuiltPages;
let mail: MailServer;
let [domain, shopId]: [string, number] = ['', 0];

beforeAll(async () => {
  pages = await builtPages();
  [domain] = pages.shops;
  expect((await pages.askAs(domain, '/app/progress')).status).toBe(200);
  shopId = (await directory.shopByDomain(domain))!.id;
  await storeScores(shopId, 1001, 60);
  mail = await startMailServer({ login: true });
  mail.say({ login: (user, password) => user === 'shop' && password === 'right' });
});
afterAll(async () => {
  await mail.close();
  await pages.close();
  await closeQueue(1);
});

const linkOf = (kind: MailLinkKind, customerId: number, campaignId = 7): string =>
  `/${kind}/${mailToken(kind, { shopId, customerId, campaignId, address: Buffer.alloc(16, customerId % 251) })}`;
const post = (path: string, body: Record<string, string> | string): Promise<Response> =>
  pages.ask(path, { method: 'POST', body: new URLSearchParams(body) });

describe('the page that ends messages', () => {
  it('given a link of a message, when it is opened, then nothing ends yet; one click ends it, and Shopify hears it', async () => {
    const customer = addCustomer(pages.office(domain).shop, {
      createdAt: Date.now(),
      email: 'ida@mail.example',
      emailState: 'SUBSCRIBED',
    });
    const path = linkOf('unsubscribe', customer.id);
    const page = await pages.ask(path);
    const text = await page.text();
    expect(page.status).toBe(200);
    expect(text).toContain('Unsubscribe</button>');
    expect(page.headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
    expect(page.headers.get('referrer-policy')).toBe('no-referrer');
    // Nothing of the customer is told.
    expect(text).not.toMatch(/ida@|mail\.example/);
    expect(await suppressionOf(shopId, customer.id)).toBeNull();
    for (const body of ['List-Unsubscribe=One-Click', '']) {
      const done = await post(path, body);
      expect(done.status).toBe(200);
      expect(await done.text()).toContain('Done.');
    }
    expect(await suppressionOf(shopId, customer.id)).toMatchObject({ reason: 'unsubscribed', campaignId: 7 });
    const { generation } = (await directory.shopById(shopId))!;
    await runJob(tellShopifyUnsubscribed, { shopId, generation }, new AbortController().signal);
    expect(customer.emailState).toBe('UNSUBSCRIBED');
  });

  it('given a browser that asks for another language, then the page is in it', async () => {
    for (const [language, words] of [
      ['ko', '수신 거부'],
      ['zh-TW', '取消訂閱'],
    ] as const) {
      // prettier-ignore
      const page = await pages.ask(linkOf('unsubscribe', 1001), { headers: { 'Accept-Language': language } });
      expect(await page.text()).toContain(words);
    }
  });

  it('given a link that is none of ours, or one of the survey, then there is no such page and nothing is noted', async () => {
    const survey = linkOf('survey', 1001).replace('/survey/', '/unsubscribe/');
    for (const path of ['/unsubscribe/x', '/unsubscribe/..%2F', survey]) {
      expect((await pages.ask(path)).status).toBe(404);
      expect((await post(path, '')).status).toBe(404);
    }
    expect(await suppressionOf(shopId, 1001)).toBeNull();
  });
});

describe('the page that asks why', () => {
  const sql = (statement: string, values: unknown[]) =>
    sqlInShop(shopId, (client) => client.query<{ id: number }>(statement, values));

  it('given an answer, then it is kept; without a reason it is asked for again, and strangers leave nothing', async () => {
    const { rows } = await sql(
      `insert into campaigns (shop_id, slug, name, secret, operation, created_by)
       values ($1, 'why', 'Why', '\\x00', 'op', 1) returning id`,
      [shopId],
    );
    const campaignId = rows[0]!.id;
    await sql(
      `insert into campaign_members (shop_id, campaign_id, customer_id, stratum, held_out, entered_at, entry_at)
       values ($1, $2, 1002, 'at-risk', false, now(), now())`,
      [shopId, campaignId],
    );
    const path = linkOf('survey', 1002, campaignId);
    const page = await (await pages.ask(path)).text();
    expect(page.match(/type="radio"/g)).toHaveLength(9);
    expect(await (await post(path, { words: 'no reason' })).text()).toContain('Choose the reason');
    expect(await (await post(path, { reason: 'made-up', words: '' })).text()).toContain('Choose the reason');
    expect(await (await post(path, { reason: 'price', words: 'x'.repeat(1001) })).text()).toContain('Choose');
    const words = '<script>alert(1)</script>\r\n\0Too dear';
    expect(await (await post(path, { reason: 'price', words })).text()).toContain('Thank you');
    await post(linkOf('survey', 1003, campaignId), { reason: 'other', words: 'stranger' });
    expect(await campaignAnswers(shopId, campaignId, 9)).toMatchObject({
      reasons: [{ reason: 'price', count: 1 }],
      answers: [{ customerId: 1002, words: '<script>alert(1)</script>\n Too dear' }],
    });
    const customer = await (await pages.askAs(domain, `/app/customers/1002?shop=${domain}`)).text();
    expect(customer).toContain('Too expensive');
    expect(customer).not.toContain('<script>alert(1)');
  });
});

describe('the page of the sender', () => {
  const ROUTE = 'routes/app.mail';
  const send = async (form: Record<string, string>): Promise<Record<string, unknown>> => {
    const answer = await pages.send(domain, '/app/mail', ROUTE, form);
    return answer.ok ? ((await answer.json()) as Record<string, unknown>) : { status: answer.status };
  };
  const sender = (patch: Record<string, string> = {}): Record<string, string> => ({
    intent: 'save', version: '0', host: '127.0.0.1', port: String(mail.port), security: 'none', username: 'shop',
    password: 'right', fromName: 'Tea', fromAddress: 'hello@tea.example', replyTo: '', postal: 'Main street 1',
    perHour: '100', quietFrom: '21', quietUntil: '8', ...patch,
  }); // prettier-ignore
  const shown = async (): Promise<string> =>
    (await pages.askAs(domain, `/app/mail?_data=${encodeURIComponent(ROUTE)}`)).text();

  it('given fields that are wrong, then each is named and nothing is stored', async () => {
    const wrong: [string, string][] = [
      ['host', 'https://mail.example'], ['host', 'a b'], ['host', ''], ['port', '0'], ['port', 'x'], ['security', 'maybe'],
      ['fromName', ''], ['fromName', 'a\r\nBcc: x@evil.example'], ['fromAddress', 'a@b'], ['fromAddress', 'a@b.example, c@d.example'],
      ['replyTo', 'x'], ['postal', ''], ['perHour', '0'], ['quietFrom', '24'], ['quietFrom', ''], ['password', ''],
    ]; // prettier-ignore
    for (const [field, value] of wrong) {
      expect([field, value, await send(sender({ [field]: value }))]).toEqual([
        field, value, { result: 'invalid', problems: [field] },
      ]); // prettier-ignore
    }
    expect(await shown()).toContain('"settings":null');
    expect(await send({ intent: 'made-up' })).toEqual({ status: 400 });
  });

  it('given a sender, when the code of its test message is typed in, then it is verified, and the password is told to nobody', async () => {
    expect(await send(sender({ password: 'wrong' }))).toEqual({ result: 'saved' });
    expect(await send(sender())).toEqual({ result: 'changed-elsewhere' });
    expect(await send({ intent: 'test' })).toMatchObject({ result: 'not-sent', problem: 'login' });
    expect(await send(sender({ version: '1' }))).toEqual({ result: 'saved' });
    expect(await send({ intent: 'test' })).toEqual({ result: 'code-sent' });
    const [test] = mail.received;
    expect(test).toMatchObject({ from: 'hello@tea.example', to: ['hello@tea.example'] });
    const code = /\b\d{6}\b/.exec(test!.parts.get('text/plain') ?? '')?.[0] ?? '';
    expect(await send({ intent: 'verify', code: code === '000000' ? '1' : '000000' })).toEqual({
      result: 'wrong',
    });
    expect(await send({ intent: 'verify', code: ` ${code} ` })).toEqual({ result: 'verified' });
    const page = await shown();
    expect(page).toContain('"hasPassword":true');
    expect(page).not.toMatch(/"password"|right/);
    const stored = await sqlInShop(shopId, async (client) => {
      const { rows } = await client.query<{ password: string }>('select password from mail_settings');
      return rows[0]?.password ?? '';
    });
    expect(stored).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+\.[\w-]+$/);
    // Left empty it stays, but it is not sent to another server than it was typed in for.
    expect(await send(sender({ version: '2', password: '', perHour: '50' }))).toEqual({ result: 'saved' });
    expect(await send(sender({ version: '3', password: '', host: 'evil.example' }))).toEqual({
      result: 'invalid',
      problems: ['password'],
    });
    expect(await shown()).toMatch(/"verifiedAt":\d/);
  });

  it('given test messages without end, then no more than a few are sent', async () => {
    const answers = [];
    for (let i = 0; i < 8; i += 1) answers.push(await send({ intent: 'test' }));
    expect(answers.at(-1)).toEqual({ status: 429 });
  });

  it('given a customer who is added and allowed again, then the list says so; staff see none of it', async () => {
    expect(await send({ intent: 'suppress', customer: '#1005' })).toEqual({ result: 'suppressed' });
    expect(await send({ intent: 'suppress', customer: '5' })).toEqual({ result: 'unknown-customer' });
    expect(await send({ intent: 'suppress', customer: "1'--" })).toEqual({ result: 'unknown-customer' });
    expect(await shown()).toContain('"customerId":1005');
    expect(await send({ intent: 'unsuppress', customer: '1005' })).toEqual({ result: 'unsuppressed' });
    expect(await suppressionOf(shopId, 1005)).toBeNull();
    expect((await pages.askAs(domain, '/app/mail', {}, 1003)).status).toBe(403);
  });
});

import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { closeQueue, enqueue } from '#app/jobs/queue.server.ts';
import { watchShop } from '#app/jobs/watch-shop.server.ts';
import { checkOut } from '#tests/fake-shopify/checkout.ts';
import { ageCampaign } from '#tests/fake-shopify/demo-aging.ts';
import type { FakeShop } from '#tests/fake-shopify/store.ts';
import { faultsOf } from '#tests/support/axe.ts';
import { testDatabase } from '#tests/support/database.ts';
import { appFits, choose, install, journey, LONG, openApp, type Window } from '#tests/support/journey.ts';
import { startMailServer, type MailServer } from '#tests/support/mail-server.ts';
import { settled } from './past.ts';

const databaseUrl = testDatabase();
const demo = journey(databaseUrl, ['--customers', '1500', '--time-scale', '100']);
const DAY_MS = 86_400_000;
/** Less than a step may take, so that what did not come is told. */
const PATIENCE = LONG - 40_000;
/** What customers are tagged with who have an offer; a step may have a tag of its own. */
const TAG = 'winback:back-to-the-counter';
const SENDER = 'hello@tea.example';
let database: Client;
let mail: MailServer;
let desk: Window;
let phone: Window;

beforeAll(async () => {
  database = new Client(databaseUrl);
  await database.connect();
  mail = await startMailServer();
  desk = await demo.openPage(1280);
  await install(desk, demo.stage);
  await vi.waitUntil(() => settled(database), { timeout: LONG, interval: 250 });
  phone = await demo.openPage(390);
  await openApp(phone, demo.stage);
}, 2 * LONG);
afterAll(async () => {
  await closeQueue(1);
  await database?.end();
  await mail?.close();
});

const shop = (): FakeShop =>
  demo.stage.fake.shop(`${demo.stage.adminUrl.split('/').at(-1)}.myshopify.com`).shop;

async function looksWell({ page, app }: Window): Promise<void> {
  expect(await faultsOf(page)).toEqual([]);
  expect(await appFits(app)).toBe(true);
}

const button = ({ app }: Window, name: string | RegExp) => app.getByRole('button', { name, exact: true });
/** Presses a button that is not part of what was opened by another one. */
const press = (window: Window, name: string | RegExp) => button(window, name).first().press('Enter');
const heading = ({ app }: Window, name: string | RegExp) => app.getByRole('heading', { name, exact: true });
const rowOf = ({ app }: Window, place: number) => app.getByRole('row').nth(place);
const select = async (window: Window, place: number) => {
  await rowOf(window, place).getByRole('checkbox').press('Space');
  await window.app.getByText('1 selected').first().waitFor();
};
const customerIn = async (window: Window, place: number): Promise<number> =>
  Number(/\d+$/.exec((await rowOf(window, place).getByRole('link').getAttribute('href')) ?? '')?.[0]);

/** What the campaign's customers have in hand; null where they have no offer. */
async function members(campaignId: number) {
  const { rows } = await database.query<{
    id: number;
    heldOut: boolean;
    state: string;
    offer: string | null;
    code: string | null;
    redeemed: boolean;
    edited: boolean;
  }>(
    `select m.customer_id::float8 as id, m.held_out as "heldOut", m.state, o.state as offer, o.code,
       o.redeemed_at is not null as redeemed, o.edited is not null as edited
     from campaign_members m left join offers o using (shop_id, campaign_id, customer_id)
     where m.campaign_id = $1 order by m.customer_id`,
    [campaignId],
  );
  return rows;
}
const offered = async (campaignId: number) =>
  (await members(campaignId)).filter(({ offer }) => offer !== null).map(({ offer }) => offer);

/** The number of the campaign whose page is open. */
async function campaignOn({ page }: Window): Promise<number> {
  const frame = page.frame({ name: 'app-iframe' })!;
  await frame.waitForURL(/\/app\/campaigns\/\d+/);
  return Number(/\/app\/campaigns\/(\d+)/.exec(frame.url())?.[1]);
}

/** Sets some days of the campaign behind it, those of its discounts in the shop too. */
async function letPass(campaignId: number, days: number): Promise<void> {
  await ageCampaign(databaseUrl, campaignId, days);
  for (const discount of shop().discounts.values()) {
    discount.startsAt -= days * DAY_MS;
    if (discount.endsAt !== null) discount.endsAt -= days * DAY_MS;
  }
}

/** Launches the draft whose page is open, and waits until its first offers wait for staff. */
async function launch(window: Window): Promise<number> {
  await press(window, 'Launch now');
  await window.app.getByRole('region', { name: 'Launch now' }).waitFor();
  await button(window, 'Launch').press('Enter');
  await window.page.getByText('The campaign begins.').waitFor();
  const id = await campaignOn(window);
  await expect.poll(async () => (await offered(id)).length, { timeout: PATIENCE }).toBeGreaterThan(0);
  return id;
}

/** Opens a campaign by the admin's menu, as it stands now. */
async function openCampaign(window: Window, name: string): Promise<void> {
  await choose(window, 'Campaigns');
  await heading(window, 'Campaigns').waitFor();
  await window.app.getByRole('link', { name, exact: true }).first().press('Enter');
  await heading(window, name).waitFor();
}

/** Skips the offer to the customer in a row. */
async function skip(window: Window, place: number, why: string): Promise<number> {
  const id = await customerIn(window, place);
  await select(window, place);
  await press(window, 'Skip');
  const panel = window.app.getByRole('region', { name: `Skip Customer #${id}` });
  await panel.getByRole('radio', { name: why }).press('Space');
  await looksWell(window);
  await panel.getByRole('button', { name: 'Skip' }).press('Enter');
  await window.page.getByText('Skipped for 1 customer.').waitFor();
  return id;
}

/** Approves the offer to the customer in a row. */
async function approve(window: Window, place: number): Promise<number> {
  const id = await customerIn(window, place);
  await select(window, place);
  await press(window, 'Approve');
  await window.page.getByText('Approved for 1 customer.').waitFor();
  return id;
}

describe('a campaign for a cell of the grid, by codes', () => {
  let cell: { r: number; f: number };
  let campaignId: number;
  let skipped: number;

  beforeAll(async () => {
    await database.query('update settings set margin_percent = 40, version = version + 1');
    const { rows } = await database.query<typeof cell>(
      `select r, f from scores where segment = 'at-risk' group by r, f order by count(*) desc limit 1`,
    );
    cell = rows[0]!;
  });

  it(
    'given the grid, when the largest cell at risk is opened and kept as a segment, then a campaign begins with it',
    async () => {
      const { page, app } = desk;
      await choose(desk, 'Grid');
      await app.locator(`[data-at="${5 - cell.r}-${cell.f - 1}"]`).press('Enter');
      await heading(desk, `R${cell.r} F${cell.f} · At risk`).waitFor();
      await app.getByRole('link', { name: 'Save as a segment for a campaign' }).press('Enter');
      await app.getByLabel('Name').fill('Quiet regulars');
      await page.getByRole('button', { name: 'Save', exact: true }).click();
      await app.getByRole('link', { name: 'Start campaign' }).press('Enter');
      await heading(desk, 'New campaign').waitFor();
      expect(await app.getByRole('radio', { name: 'A segment of your own' }).isChecked()).toBe(true);
      expect(await app.getByLabel('Segment', { exact: true }).locator('option:checked').textContent()).toBe(
        'Quiet regulars',
      );
      await looksWell(desk);
    },
    LONG,
  );

  it(
    'given its form, when a field is missing, then it says so where it is; and once all is there, it is a draft',
    async () => {
      const { app } = desk;
      await app.getByLabel('Consent').selectOption('Everybody, with consent or without');
      await app.getByLabel('Only who is past their own usual gap').press('Space');
      await app.getByLabel('Compare orders for').fill('30');
      // The last step of three is the one with a discount.
      await button(desk, 'Remove step 1').press('Enter');
      await button(desk, 'Remove step 1').press('Enter');
      await app.getByLabel('Gets nothing').fill('40');
      await press(desk, 'Save draft');
      await app.getByText('Not saved: 1 thing has to be corrected').waitFor();
      await looksWell(desk);
      await app.getByLabel('Name').fill('Back to the counter');
      await press(desk, 'Save draft');
      await heading(desk, 'Back to the counter').waitFor();
      await app.getByText('A draft: nothing happens until it is launched.').waitFor();
      await looksWell(desk);
    },
    LONG,
  );

  it(
    'given the draft, when it is launched, then its offers wait for staff, and nobody of the comparison group has one',
    async () => {
      campaignId = await launch(desk);
      const all = await members(campaignId);
      expect(all.length).toBeGreaterThan(8);
      expect(all.filter(({ heldOut }) => heldOut).length).toBeGreaterThan(2);
      expect(all.every(({ heldOut, offer }) => (offer === null) === heldOut)).toBe(true);
      expect(shop().discounts.size).toBe(0);
    },
    LONG,
  );

  it(
    'given the queue, when one offer is approved, one put off and one skipped by keyboard, then each is kept as decided',
    async () => {
      const { app } = desk;
      await openCampaign(desk, 'Back to the counter');
      await app.getByRole('link', { name: /^Review queue/ }).press('Enter');
      await heading(desk, 'Review queue of Back to the counter').waitFor();
      await looksWell(desk);
      const waiting = (await offered(campaignId)).length;
      const first = await approve(desk, 1);
      await expect.poll(() => customerIn(desk, 1)).not.toBe(first);
      skipped = await skip(desk, 1, 'A complaint or return is open');
      await button(desk, `To do (${waiting - 2})`).waitFor();
      await select(desk, 1);
      await press(desk, 'More actions');
      await button(desk, 'Later').last().press('Enter');
      const later = app.getByRole('region', { name: /^Put .* off/ });
      await later
        .getByLabel('Later until')
        .fill((await later.getByLabel('Later until').getAttribute('max')) ?? '');
      await later.getByRole('button', { name: 'Later' }).press('Enter');
      await button(desk, 'Later (1)').waitFor();
      await looksWell(desk);
    },
    LONG,
  );

  it(
    'given the rest of the queue on a phone, when all of it is selected and approved, then each customer has a code of their own in the shop',
    async () => {
      const { app } = phone;
      await openCampaign(phone, 'Back to the counter');
      await looksWell(phone);
      await app.getByRole('link', { name: /^Review queue/ }).press('Enter');
      await app
        .getByRole('checkbox', { name: /^Select all/ })
        .first()
        .press('Space');
      await looksWell(phone);
      await press(phone, 'Approve');
      await phone.page.getByText(/^Approved for \d+ customers\.$/).waitFor();
      await app.getByText('Nothing waits').waitFor();
      await looksWell(phone);
      await expect
        .poll(async () => new Set(await offered(campaignId)), { timeout: PATIENCE })
        .toEqual(new Set(['given', 'skipped', 'later']));
      const given = (await members(campaignId)).filter(({ offer }) => offer === 'given');
      const codes = [...shop().discounts.values()].flatMap((discount) => [...discount.codes.values()]);
      expect(given.length).toBeGreaterThan(4);
      expect(new Set(given.map(({ code }) => code)).size).toBe(given.length);
      expect(codes.map(({ code }) => code)).toEqual(expect.arrayContaining(given.map(({ code }) => code)));
      const tagged = [...shop().customers.values()].filter(({ tags }) =>
        tags.some((tag) => tag.startsWith(TAG)),
      );
      expect(tagged.map(({ id }) => id).toSorted()).toEqual(given.map(({ id }) => id).toSorted());
    },
    LONG,
  );

  it(
    'given days that pass, when customers order with codes and without, then the campaign knows who, and takes back what is used',
    async () => {
      await letPass(campaignId, 5);
      const at = demo.stage.fake.clock.now() - 3 * DAY_MS;
      const product = [...shop().products.values()].find(({ price = 0 }) => price > 0);
      const lines = [{ productId: product!.id, quantity: 2, price: product!.price! }];
      const all = await members(campaignId);
      const given = all.filter(({ offer }) => offer === 'given');
      const held = all.filter(({ heldOut }) => heldOut);
      for (const { id, code } of given.slice(0, 3)) {
        expect(checkOut(shop(), { customerId: id, lines, at, codes: [code!] })).not.toHaveProperty('refused');
      }
      const without = [...given.slice(3, 4), ...held.slice(0, 2)];
      for (const { id } of without) checkOut(shop(), { customerId: id, lines, at });
      const redeemed = async () =>
        (await members(campaignId)).filter((one) => one.redeemed).map(({ id }) => id);
      await expect
        .poll(redeemed, { timeout: PATIENCE })
        .toEqual(given.slice(0, 3).map(({ id }) => id)); // prettier-ignore
      const tagged = () => [...shop().customers.values()].filter(({ tags }) => tags.some((tag) => tag.startsWith(TAG))).length; // prettier-ignore
      await expect.poll(tagged, { timeout: PATIENCE }).toBe(given.length - 4);
    },
    LONG,
  );

  it(
    'given the days of comparison are over, when the result is opened, then it gives an interval, and no verdict that it cannot give',
    async () => {
      await letPass(campaignId, 26);
      const { rows: shops } = await database.query<{ shopId: number; generation: number }>(
        'select shop_id::float8 as "shopId", generation from shops',
      );
      const watched = shops[0]!;
      const final = async () => {
        // What the minute's turn asks for.
        await enqueue(watchShop, watched);
        const { rows } = await database.query('select from campaign_looks where campaign_id = $1 and final', [
          campaignId,
        ]);
        return rows.length;
      };
      await expect.poll(final, { timeout: PATIENCE, interval: 1_000 }).toBe(1);
      for (const window of [desk, phone]) {
        const { app } = window;
        await openCampaign(window, 'Back to the counter');
        await app.getByRole('link', { name: 'Result', exact: true }).press('Enter');
        await heading(window, 'Result: Back to the counter').waitFor();
        await app.getByText(/^Per customer it brought between .* more gross profit/).waitFor();
        await app.getByText(/Without 10 on each side no verdict is given\.$/).waitFor();
        await app.getByRole('figure', { name: 'More gross profit than the comparison group' }).waitFor();
        await looksWell(window);
      }
      expect(skipped).toBeGreaterThan(0);
    },
    LONG,
  );
});

describe('a campaign by e-mail, on a phone', () => {
  let campaignId: number;
  let link: string;

  it(
    'given a mail server, when the sender is entered and the code of the test message typed in, then it is verified',
    async () => {
      const { app } = phone;
      await choose(phone, 'Settings');
      await app.getByRole('link', { name: 'Set up messages' }).press('Enter');
      await heading(phone, 'Messages').waitFor();
      await app.getByLabel('Mail server').fill('127.0.0.1');
      await app.getByLabel('Port').fill(String(mail.port));
      await app.getByLabel('Encryption').selectOption('None (this machine only)');
      await app.getByLabel('Sender name').fill('Morning Row');
      await app.getByLabel('Sender address').fill(SENDER);
      await app.getByLabel('Postal address of your shop').fill('Main street 1, 10115 Berlin');
      await app.getByLabel('Nothing is sent from').selectOption('No quiet hours');
      await app.getByLabel('Until', { exact: true }).selectOption('No quiet hours');
      await press(phone, 'Save');
      await press(phone, 'Send test message');
      await app.getByText(/^A message with a code is on its way/).waitFor();
      expect(mail.received[0]?.to).toEqual([SENDER]);
      const code = /\b\d{6}\b/.exec(mail.received[0]?.parts.get('text/plain') ?? '')?.[0] ?? '';
      await app.getByLabel('Code from the message').fill(code);
      await press(phone, 'Verify');
      await app.getByText('Verified', { exact: true }).waitFor();
      await looksWell(phone);
    },
    LONG,
  );

  it(
    'given a segment, when a campaign by e-mail is begun with it, edited, skipped and approved, then who was approved gets their own message',
    async () => {
      const { app } = phone;
      await choose(phone, 'Segments');
      await app
        .locator('.rk-segments')
        .getByRole('link', { name: 'Hibernating', exact: true })
        .press('Enter');
      await app.getByRole('link', { name: 'Start campaign' }).press('Enter');
      await app.getByLabel('Name').fill('Wake up');
      await app.getByLabel('Only who is past their own usual gap').press('Space');
      await app.getByRole('radio', { name: 'E-mail by Rekindle' }).press('Space');
      // Then the first step is the one with a discount.
      await button(phone, 'Remove step 1').press('Enter');
      await looksWell(phone);
      await press(phone, 'Save draft');
      await heading(phone, 'Wake up').waitFor();
      await looksWell(phone);
      campaignId = await launch(phone);
      await openCampaign(phone, 'Wake up');
      await app.getByRole('link', { name: /^Review queue/ }).press('Enter');
      await skip(phone, 1, 'We are in touch with them already');
      const id = await customerIn(phone, 1);
      await select(phone, 1);
      await press(phone, 'More actions');
      await button(phone, 'Edit message').last().press('Enter');
      const panel = app.getByRole('region', { name: `Message to Customer #${id}` });
      await panel.getByLabel('Subject').fill('Your {{ offer.value }}, as promised');
      await panel.getByText(/^Your 20%.*, as promised$/).waitFor();
      await looksWell(phone);
      await panel.getByRole('button', { name: 'Save message' }).press('Enter');
      await phone.page.getByText('Message saved for 1 customer.').waitFor();
      await app.getByText('Message changed by staff').first().waitFor();
      expect(await approve(phone, 1)).toBe(id);
      await expect.poll(() => mail.received.length, { timeout: PATIENCE }).toBe(2);
      const [, message] = mail.received;
      const own = async () => (await members(campaignId)).find((one) => one.id === id);
      await expect.poll(own, { timeout: PATIENCE }).toMatchObject({ offer: 'given', edited: true });
      const mine = await own();
      expect(message?.to).toEqual([shop().customers.get(id)?.email]);
      expect(message?.headers.get('subject')).toBe('Your 20%, as promised');
      expect(message?.parts.get('text/plain')).toContain(mine?.code);
      link = /<(https?:[^>]+)>/.exec(message?.headers.get('list-unsubscribe') ?? '')?.[1] ?? '';
    },
    LONG,
  );

  it(
    'given that message, when its receiver ends messages by the link in it, then no campaign writes to them any more',
    async () => {
      const reader = await demo.openPage(390);
      const { page } = reader;
      await page.goto(link);
      expect(await faultsOf(page)).toEqual([]);
      await page.getByRole('button').click();
      await page.getByRole('status').waitFor();
      expect(await faultsOf(page)).toEqual([]);
      await choose(phone, 'Settings');
      await phone.app.getByRole('link', { name: 'Set up messages' }).press('Enter');
      await phone.app.getByText('Unsubscribed: 1').waitFor();
      await looksWell(phone);
    },
    LONG,
  );

  it('given the whole journey, then the browser reported no fault', () => {
    expect(demo.faults).toEqual([]);
  });
});

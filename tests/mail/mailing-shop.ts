import { adminFor } from '#app/admin-for.server.ts';
import type { Arm, CampaignPlan, Step } from '#app/campaigns/plan.ts';
import { directory, sqlInShop, type ShopRow } from '#app/db.server.ts';
import type { JobContext } from '#app/jobs/job.server.ts';
import { mailOffers, type OfferOutcome, type OfferToMail } from '#app/jobs/mail-offers.server.ts';
import { campaign, type Campaign } from '#app/models/campaigns.server.ts';
import { noteCode, saveMailSettings, tryCode, type MailChoice } from '#app/models/mail-settings.server.ts';
import type { FakeShopify } from '#tests/fake-shopify/server.ts';
import type { ShopOffice } from '#tests/fake-shopify/shop-office.ts';
import { addCustomer, type NewCustomer } from '#tests/fake-shopify/store-customers.ts';
import type { FakeShop } from '#tests/fake-shopify/store.ts';
import { installed } from '#tests/jobs/pipeline.ts';
import { emptyShop } from '#tests/shopify/connected-shop.ts';
import { startMailServer, type MailServer } from '#tests/support/mail-server.ts';

/** A shop whose merchant set up a sender, its campaign by e-mail, and the server the messages go to. */
export type MailingShop = {
  shop: ShopRow;
  fake: FakeShop;
  mail: MailServer;
  shopify: FakeShopify;
  office: ShopOffice;
  campaign: Campaign;
  /** Puts a customer into shop and campaign, with an offer of a step that is being sent. */
  offerTo(customer?: Partial<NewCustomer>, offer?: Partial<OfferToMail>): Promise<OfferToMail>;
  /** Hands offers over as the job before does. */
  send(offers: readonly OfferToMail[], turnMs?: number): Promise<OfferOutcome[]>;
  setUp(choice: Partial<MailChoice>): Promise<void>;
  sql(statement: string, values?: unknown[]): Promise<Record<string, unknown>[]>;
  /** who got messages, in their order */
  receivers(): (string | undefined)[];
  close(): Promise<void>;
};

export const ARM: Arm = {
  offer: { kind: 'percentage', percent: 15, minimum: null, on: { kind: 'all' } },
  subject: 'We miss you, {{ customer.first_name | default: "friend" }}',
  body: 'Hi {{ customer.first_name | default: "there" }},\n\n{{ offer.value }} with {{ offer.code }}',
  hour: null,
};

const BODY =
  'Hi {{ customer.first_name | default: "there" }},\n\n{{ offer.value }} with {{ offer.code }} until {{ offer.ends }}: ' +
  '[your basket]({{ offer.link }}).\n\n[Why did you leave?]({{ survey.link }})';

function stepOf(kind: Step['kind'], arm: Partial<Arm>): Step {
  return {
    kind,
    waitDays: 7,
    validDays: 14,
    branches: [{ when: null, arms: [{ ...ARM, body: BODY, ...arm }] }],
  };
}

export const PLAN: CampaignPlan = {
  audience: {
    source: { kind: 'segments', slugs: ['at-risk'] },
    leaveOut: [],
    consent: 'email',
    restDays: 30,
    quietDays: 30,
    overdueOnly: false,
  },
  holdOut: 0.1,
  observeDays: 30,
  joinDays: 0,
  again: { kind: 'never' },
  mode: 'live',
  delivery: 'mail',
  combines: false,
  guards: { budget: null, codesPerYear: 2, leastMargin: null },
  ladder: [stepOf('message', {}), stepOf('reminder', { offer: { kind: 'none' }, subject: 'Still there' })],
};

const CHOICE: MailChoice = {
  host: '127.0.0.1',
  port: 1,
  security: 'none',
  username: null,
  fromName: 'Tea & Co',
  fromAddress: 'hello@tea.example',
  replyTo: 'care@tea.example',
  postal: 'Main street 1\n10115 Berlin',
  perHour: 1000,
  quietFrom: null,
  quietUntil: null,
};

/** The end of 28 February 2031 in Berlin. */
const ENDS_AT = Date.UTC(2031, 1, 28, 23);

export async function mailingShop(): Promise<MailingShop> {
  const fake = emptyShop();
  const pipeline = await installed(fake);
  const mail = await startMailServer();
  const { id: shopId } = pipeline.shop;
  const sql: MailingShop['sql'] = (statement, values = []) =>
    sqlInShop(shopId, async (client) => (await client.query(statement, values)).rows);
  await sql(`update shops set currency = 'EUR', time_zone = 'Europe/Berlin'`);
  const setUp = async (choice: Partial<MailChoice>): Promise<void> => {
    await sql('delete from mail_settings');
    await saveMailSettings(shopId, 0, { ...CHOICE, port: mail.port, ...choice }, null);
    await noteCode(shopId, 1, Buffer.from('x'));
    await tryCode(shopId, Buffer.from('x'));
  };
  await setUp({});
  const [made] = await sql(
    `insert into campaigns (shop_id, slug, name, state, secret, operation, created_by)
     values ($1, 'back', 'Come back', 'running', $2, 'op', 1) returning id`,
    [shopId, Buffer.alloc(32, 7)],
  );
  await sql(
    'insert into campaign_versions (shop_id, campaign_id, version, plan, created_by) values ($1, $2, 1, $3, 1)',
    [shopId, made!.id, JSON.stringify(PLAN)],
  );
  const shop = (await directory.shopById(shopId))!;
  const running = (await campaign(shopId, made!.id as number))!;
  const admin = adminFor(shop);
  let offered = 0;
  return {
    shop,
    fake,
    mail,
    shopify: pipeline.shopify,
    office: pipeline.shopify.shop(fake.domain),
    campaign: running,
    setUp,
    sql,
    receivers: () => mail.received.map(({ to }) => to[0]),
    async offerTo(customer = {}, offer = {}) {
      const number = (offered += 1);
      const known = addCustomer(fake, {
        createdAt: Date.now() - 86_400_000,
        firstName: 'Ida',
        lastName: 'Berg',
        email: `ida.${number}@mail.example`,
        emailState: 'SUBSCRIBED',
        ...customer,
      });
      const whole: OfferToMail = {
        customerId: known.id,
        entry: 1,
        step: 0,
        version: 1,
        branch: 0,
        arm: 0,
        code: `BACK-${number}`,
        endsAt: ENDS_AT,
        edited: null,
        again: false,
        ...offer,
      };
      await sql(
        `insert into offers (shop_id, campaign_id, customer_id, entry, step, branch, arm, version, needs_code, state, code,
           ends_at) values ($1, $2, $3, $4, $5, 0, 0, 1, true, 'sending', $6, to_timestamp($7::float8 / 1000))`,
        [shopId, running.id, known.id, whole.entry, whole.step, whole.code, whole.endsAt],
      );
      return whole;
    },
    send: (offers, turnMs) => {
      const context: JobContext = { shop, admin, signal: new AbortController().signal };
      return mailOffers(context, running, offers, turnMs);
    },
    close: async () => {
      await mail.close();
      await pipeline.close();
    },
  };
}

/** What became of offers, in one word each with its reason. */
export function said(outcomes: readonly OfferOutcome[]): (readonly [string, string | null])[] {
  return outcomes.map(({ outcome, reason }) => [outcome, reason] as const);
}

import { describe, expect, it } from 'vitest';
import { sqlInShop } from '#app/db.server.ts';
import { addressMarks, codeMark, mailToken, readMailToken } from '#app/mail-tokens.server.ts';
import {
  mailedLately,
  mailSettings,
  senderVerified,
  noteCode,
  noteMailProblem,
  noteMailWorks,
  saveMailSettings,
  takeMailTurns,
  tryCode,
  type MailChoice,
} from '#app/models/mail-settings.server.ts';
import {
  suppress,
  suppressedAmong,
  suppressedReceivers,
  suppressionCounts,
  suppressions,
  suppressionOf,
  unsuppress,
  untoldUnsubscribed,
} from '#app/models/suppressions.server.ts';
import { markErased } from '#app/models/tombstones.server.ts';
import { PLAIN_PLAN } from '#tests/campaigns/any-plan.ts';
import { storeCampaign } from '#tests/jobs/stored-campaign.ts';
import { testDatabase, testShop } from '#tests/support/database.ts';

testDatabase();

const CHOICE: MailChoice = {
  host: 'mail.tea.example',
  port: 587,
  security: 'starttls',
  username: 'shop',
  fromName: 'Tea',
  fromAddress: 'hello@tea.example',
  replyTo: null,
  postal: 'Main street 1, Berlin',
  perHour: 10,
  quietFrom: 21,
  quietUntil: 8,
};

async function shopWithMail(patch: Partial<MailChoice> = {}): Promise<number> {
  const { id } = await testShop();
  expect(await saveMailSettings(id, 0, { ...CHOICE, ...patch }, 'sealed')).toBe(true);
  return id;
}

/** Lets the hour of what was sent, or the time of a code, pass. */
const pass = (shopId: number, minutes: number): Promise<unknown> =>
  sqlInShop(shopId, async (client) => {
    await client.query(`update mail_minutes set minute = minute - make_interval(mins => $1)`, [minutes]);
    await client.query(`update mail_settings set code_sent_at = code_sent_at - make_interval(mins => $1)`, [
      minutes,
    ]);
  });

const verified = (id: number): Promise<boolean> => sqlInShop(id, (client) => senderVerified(client, id));

describe('the merchant’s sender', () => {
  it('given two people who save at once, then the second hears of it', async () => {
    const id = await shopWithMail();
    expect(await saveMailSettings(id, 0, CHOICE, null)).toBe(false);
    expect(await saveMailSettings(id, 1, { ...CHOICE, perHour: 20 }, undefined)).toBe(true);
    expect(await saveMailSettings(id, 1, { ...CHOICE, perHour: 30 }, undefined)).toBe(false);
    expect(await mailSettings(id)).toMatchObject({ perHour: 20, password: 'sealed', version: 2 });
  });

  it('given a code, then it verifies once, for half an hour, and five wrong ones end it', async () => {
    const id = await shopWithMail();
    const [right, wrong] = [codeMark(id, '123456'), codeMark(id, '654321')];
    expect(await tryCode(id, right)).toBe('no-code');
    await noteCode(id, 1, right);
    for (let i = 0; i < 5; i += 1) expect(await tryCode(id, wrong)).toBe('wrong');
    expect(await tryCode(id, right)).toBe('no-code');
    await noteCode(id, 1, right);
    await pass(id, 31);
    expect(await tryCode(id, right)).toBe('no-code');
    await noteCode(id, 1, right);
    expect(await verified(id)).toBe(false);
    expect(await tryCode(id, right)).toBe('verified');
    expect(await tryCode(id, right)).toBe('no-code');
    expect(await verified(id)).toBe(true);
    // A code is of one shop.
    expect(codeMark(id, '123456').equals(codeMark(id + 1, '123456'))).toBe(false);
  });

  it('given a verified sender, when only words change it stays so, and another server, name or password ends it', async () => {
    const stays = async (patch: Partial<MailChoice>, password?: string): Promise<boolean> => {
      const id = await shopWithMail();
      await noteCode(id, 1, codeMark(id, '1'));
      await tryCode(id, codeMark(id, '1'));
      await saveMailSettings(id, 1, { ...CHOICE, ...patch }, password);
      return verified(id);
    };
    expect(await stays({ perHour: 99, postal: 'Elsewhere', fromName: 'Other', quietFrom: null, quietUntil: null })).toBe(true); // prettier-ignore
    expect(await stays({ host: 'other.example' })).toBe(false);
    expect(await stays({ username: 'other' })).toBe(false);
    expect(await stays({ fromAddress: 'ceo@bank.example' })).toBe(false);
    expect(await stays({}, 'another')).toBe(false);
  });

  it('X17: given failures in a row, then the server is left alone for longer each time, until it works', async () => {
    const id = await shopWithMail();
    const closed = async (): Promise<number> => {
      const { closedUntil, problemAt } = (await mailSettings(id))!;
      return closedUntil === null ? 0 : Math.round((closedUntil - problemAt!) / 60_000);
    };
    const minutes: number[] = [];
    for (let i = 0; i < 9; i += 1) {
      await noteMailProblem(id, 'busy 451');
      minutes.push(await closed());
    }
    expect(minutes).toEqual([0, 0, 5, 10, 20, 40, 80, 120, 120]);
    await noteMailWorks(id);
    expect(await mailSettings(id)).toMatchObject({ failures: 0, closedUntil: null, problem: 'busy 451' });
  });

  it('given a rate, then no sixty minutes see more, also when two workers ask at once', async () => {
    const id = await shopWithMail({ perHour: 10 });
    const taken = await Promise.all([4, 4, 4, 4].map((wanted) => takeMailTurns(id, wanted)));
    expect(taken.reduce((sum, one) => sum + one, 0)).toBe(10);
    expect(await takeMailTurns(id, 1)).toBe(0);
    await pass(id, 59);
    expect(await takeMailTurns(id, 1)).toBe(0);
    await pass(id, 3);
    expect(await takeMailTurns(id, 3)).toBe(3);
    expect(await mailedLately(id)).toBe(3);
    expect(await takeMailTurns(id, 100)).toBe(7);
  });
});

describe('who gets no more messages', () => {
  it('given somebody who unsubscribed, then neither they nor anybody with their address gets one, and Shopify is to hear it', async () => {
    const { id } = await testShop();
    const [mark] = addressMarks(id, ' Ida@Mail.example ');
    await suppress(id, { customerId: 1, reason: 'bounced', campaignId: 7, mark: null });
    expect(await untoldUnsubscribed(id, 10)).toEqual([]);
    await suppress(id, { customerId: 1, reason: 'unsubscribed', campaignId: 7, mark: mark! });
    await suppress(id, { customerId: 1, reason: 'unsubscribed', campaignId: 7, mark: mark! });
    await suppress(id, { customerId: 2, reason: 'by-hand', campaignId: null, mark: null });
    const receivers = [
      { customerId: 1, marks: addressMarks(id, 'new@mail.example') },
      { customerId: 2, marks: addressMarks(id, 'udo@mail.example') },
      { customerId: 3, marks: addressMarks(id, 'IDA@mail.example') },
      { customerId: 4, marks: addressMarks(id, 'other@mail.example') },
    ];
    expect([...(await suppressedReceivers(id, receivers))].toSorted()).toEqual([1, 2, 3]);
    expect(await sqlInShop(id, (client) => suppressedAmong(client, id, [1, 2, 3]))).toEqual(new Set([1, 2]));
    expect(await untoldUnsubscribed(id, 10)).toEqual([1]);
    expect(await suppressionCounts(id)).toEqual({ unsubscribed: 1, bounced: 0, 'by-hand': 1 });
    const listed = await suppressions(id, 1, null);
    expect(listed).toMatchObject([{ customerId: 2, reason: 'by-hand' }]);
    const [{ createdAt, customerId }] = listed as [(typeof listed)[number]];
    expect(await suppressions(id, 5, { at: createdAt, customerId })).toMatchObject([{ customerId: 1 }]);
    // Whoever unsubscribed is let in again by nobody before Shopify knows of it.
    expect(await unsuppress(id, 1)).toBe(false);
    expect(await suppressionOf(id, 1)).toMatchObject({ reason: 'unsubscribed' });
    expect(await unsuppress(id, 2)).toBe(true);
    expect(await unsuppress(id, 2)).toBe(false);
    expect(await suppressedReceivers((await testShop()).id, receivers)).toEqual(new Set());
  });

  it('given a customer who unsubscribes, then their offers end and they stay a member, as whoever is held out does', async () => {
    const { id } = await testShop();
    const campaignId = await storeCampaign(id, {
      state: 'running',
      enteredAt: Date.now() - 86_400_000,
      members: [
        { id: 1, heldOut: false },
        { id: 2, heldOut: true },
      ],
      offers: [{ customerId: 1, step: 0, arm: 0, givenAt: Date.now() - 80_000_000 }],
      plan: { ...PLAIN_PLAN, delivery: 'mail' },
    });
    await sqlInShop(id, (client) =>
      client.query(`update offers set state = 'ready', given_at = null where shop_id = $1`, [id]),
    );
    for (const customerId of [1, 2])
      await suppress(id, { customerId, reason: 'unsubscribed', campaignId, mark: null });
    const { members, offers } = await sqlInShop(id, async (client) => ({
      members: (
        await client.query('select customer_id, state from campaign_members where shop_id = $1 order by 1', [
          id,
        ])
      ).rows,
      offers: (await client.query('select state, reason from offers where shop_id = $1', [id])).rows,
    }));
    expect(members).toEqual([
      { customer_id: 1, state: 'active' },
      { customer_id: 2, state: 'active' },
    ]);
    expect(offers).toEqual([{ state: 'dropped', reason: 'suppressed' }]);
  });

  it('given an erased customer, when the link of an old message is used, then nothing is stored again', async () => {
    const { id } = await testShop();
    await markErased(id, 5);
    await suppress(id, { customerId: 5, reason: 'unsubscribed', campaignId: 1, mark: Buffer.from('m') });
    expect(await suppressions(id, 5, null)).toEqual([]);
  });
});

describe('links in messages', () => {
  const link = { shopId: 3, customerId: 900_719_925_474_099, campaignId: 5, address: Buffer.alloc(16, 9) };

  it('given a link, then it says whose it is, for the one thing it is for', () => {
    const token = mailToken('unsubscribe', link);
    expect(token).toMatch(/^[\w.-]{60,140}$/);
    expect(readMailToken('unsubscribe', token)).toEqual(link);
    expect(readMailToken('survey', token)).toBeNull();
  });

  it('given any changed character, then it says nothing', () => {
    const token = mailToken('unsubscribe', link);
    for (let place = 0; place < token.length; place += 1) {
      for (const other of ['A', '.', '0', '']) {
        const changed = token.slice(0, place) + other + token.slice(place + 1);
        // The last character of a base64 text has bits that say nothing.
        const read = readMailToken('unsubscribe', changed);
        if (changed === token || (place === token.length - 1 && read !== null)) expect(read).toEqual(link);
        else expect(read).toBeNull();
      }
    }
    for (const odd of ['', '.', '.....', 'constructor.1.1.1.a.b', token + '.x', 'x'.repeat(5000)])
      expect(readMailToken('unsubscribe', odd)).toBeNull();
  });
});

import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { closeQueue } from '#app/jobs/queue.server.ts';
import { addressMarks, readMailToken } from '#app/mail-tokens.server.ts';
import { mailSettings } from '#app/models/mail-settings.server.ts';
import { suppress, suppressionOf } from '#app/models/suppressions.server.ts';
import { setConsent, updateCustomer } from '#tests/fake-shopify/store-customers.ts';
import { loggedAccess } from '#tests/support/access-log.ts';
import { testDatabase } from '#tests/support/database.ts';
import { mailingShop, said, type MailingShop } from './mailing-shop.ts';

testDatabase();
afterAll(() => closeQueue(1));

let place: MailingShop;
beforeEach(async () => {
  place = await mailingShop();
});
afterEach(() => place.close());

const given = ['given', null] as const;
const marksOf = (customerId: number): unknown => {
  const fields = place.fake.customers.get(customerId)!.metafields;
  const value = [...fields.values()].find(({ key }) => key === 'winback_mail')?.value ?? '{"sent":[]}';
  return (JSON.parse(value) as { sent: string[] }).sent.filter((mark) => !mark.startsWith('try-'));
};

describe('the message a customer receives', () => {
  it('given an offer with a code, then HTML and its twin tell of it, with the headers a mailbox asks for', async () => {
    const offer = await place.offerTo({ firstName: 'Ïda <b>', locale: 'en-GB' });
    expect(said(await place.send([offer]))).toEqual([given]);
    const [mail] = place.mail.received;
    const header = (name: string): string | undefined => mail?.headers.get(name);
    expect(mail).toMatchObject({ from: 'hello@tea.example', to: [mail!.to[0]] });
    // A name with markup in it is none.
    expect(header('subject')).toBe('We miss you, friend');
    expect(header('from')).toBe('"Tea & Co" <hello@tea.example>');
    expect(header('reply-to')).toBe('care@tea.example');
    expect(header('message-id')).toMatch(/^<[0-9a-f]{32}@tea\.example>$/);
    expect(header('list-unsubscribe-post')).toBe('List-Unsubscribe=One-Click');
    const unsubscribe = /^<(https?:\/\/.+\/unsubscribe\/(.+))>$/.exec(header('list-unsubscribe') ?? '');
    expect(readMailToken('unsubscribe', unsubscribe?.[2] ?? '')).toMatchObject({
      shopId: place.shop.id,
      customerId: offer.customerId,
      campaignId: place.campaign.id,
      address: addressMarks(place.shop.id, mail!.to[0]!)[0],
    });
    const [html, text] = [mail!.parts.get('text/html')!, mail!.parts.get('text/plain')!];
    const basket = `https://${place.shop.domain}/discount/${offer.code}`;
    expect(text).toContain(`15% with ${offer.code} until 28 February 2031: your basket: ${basket}.`);
    expect(html).toContain(
      `15% with ${offer.code} until 28 February 2031: <a href="${basket}">your basket</a>.`,
    );
    for (const one of [html, text]) {
      expect(one).toContain(unsubscribe?.[1]);
      expect(one).toMatch(/\/survey\//);
      expect(one).toContain('10115 Berlin');
    }
  });

  it('given another language, then what the app itself says is in it', async () => {
    await place.send([await place.offerTo({ locale: 'ko-KR' }), await place.offerTo({ locale: 'zh-TW' })]);
    const texts = place.mail.received.map(({ parts }) => parts.get('text/plain'));
    expect(texts[0]).toContain('2031년 2월 28일');
    expect(texts[0]).toContain('수신 거부: http');
    expect(texts[1]).toContain('取消訂閱: http');
  });

  it('given a reminder, then it tells of the code of the step before; given a text of staff, then that one goes', async () => {
    const first = await place.offerTo();
    await place.send([first]);
    await place.sql(`update offers set state = 'given' where customer_id = $1`, [first.customerId]);
    await place.sql(
      `insert into offers (shop_id, campaign_id, customer_id, entry, step, branch, arm, version, needs_code, state)
       values ($1, $2, $3, 1, 1, 0, 0, 1, false, 'sending')`,
      [place.shop.id, place.campaign.id, first.customerId],
    );
    const edited = { subject: 'For {{ customer.first_name }}' };
    expect(said(await place.send([{ ...first, step: 1, code: null, endsAt: null, edited }]))).toEqual([
      given,
    ]);
    const [, second] = place.mail.received;
    expect(second?.headers.get('subject')).toBe('For Ida');
    expect(second?.parts.get('text/plain')).toContain(`15% with ${first.code}`);
    expect(second?.headers.get('message-id')).not.toBe(place.mail.received[0]?.headers.get('message-id'));
  });

  it('given a text of staff that cannot be read, then nothing goes out', async () => {
    const offer = await place.offerTo({}, { edited: { body: '{{ customer.email }}' } });
    expect(said(await place.send([offer]))).toEqual([['failed', 'template']]);
    expect(place.mail.received).toEqual([]);
  });
});

describe('who gets none', () => {
  it('X14: given somebody who withdrew consent, unsubscribed, has no address or is gone, then no message', async () => {
    const [no, pending, suppressed, without, odd, gone, same, fine] = [
      await place.offerTo({ emailState: 'UNSUBSCRIBED' }),
      await place.offerTo({ emailState: 'PENDING' }),
      await place.offerTo(),
      await place.offerTo({ email: null }),
      await place.offerTo({ email: 'a@b.example\r\nBcc: x@evil.example' }),
      await place.offerTo(),
      await place.offerTo({ email: 'Shared@mail.example' }),
      await place.offerTo(),
    ] as const;
    const shared = { customerId: 999, reason: 'unsubscribed', campaignId: 1 } as const;
    await suppress(place.shop.id, {
      ...shared,
      mark: addressMarks(place.shop.id, 'shared@mail.example')[0]!,
    });
    await suppress(place.shop.id, {
      customerId: suppressed.customerId,
      reason: 'by-hand',
      campaignId: null,
      mark: null,
    });
    place.fake.customers.delete(gone.customerId);
    const all = [no, pending, suppressed, without, odd, gone, same, fine];
    expect(said(await place.send(all))).toEqual([
      ['dropped', 'no-consent'],
      ['dropped', 'no-consent'],
      ['dropped', 'suppressed'],
      ['dropped', 'no-address'],
      ['dropped', 'no-address'],
      ['dropped', 'erased'],
      ['dropped', 'suppressed'],
      given,
    ]);
    expect(place.mail.received).toHaveLength(1);
    expect(await loggedAccess(place.shop.id)).toMatchObject([
      { what: 'mail', userId: null, customerIds: [fine.customerId] },
    ]);
  });

  it('X14, X16: given somebody who unsubscribes, or a campaign that is stopped or paused, while others are sent, then they get none', async () => {
    const offers = [
      await place.offerTo(),
      await place.offerTo(),
      await place.offerTo(),
      await place.offerTo(),
    ];
    const [, second, third] = offers;
    let n = 0;
    const doing = [
      () => suppress(place.shop.id, { customerId: second!.customerId, reason: 'unsubscribed', campaignId: 1, mark: null }),
      () => place.sql(`update campaigns set state = 'paused'`),
    ]; // prettier-ignore
    place.mail.say({
      message: async () => {
        await doing[n]?.();
        n += 1;
        return null;
      },
    });
    // What happens while a message is on its way is there before the next look: the server answers after it.
    const outcome = said(await place.send([offers[0]!, second!]));
    expect(outcome).toEqual([given, ['dropped', 'suppressed']]);
    expect(said(await place.send([third!, offers[3]!]))).toEqual([given, ['later', 'paused']]);
    // What was paused is not marked, and goes out once it may.
    await place.sql(`update campaigns set state = 'running'`);
    expect(said(await place.send([offers[3]!]))).toEqual([given]);
    await place.sql(`update campaigns set state = 'stopped'`);
    expect(said(await place.send([await place.offerTo()]))).toEqual([['dropped', 'stopped']]);
    expect(place.mail.received).toHaveLength(3);
  });

  it('X18: given a shop that removed the app meanwhile, then nothing goes out any more', async () => {
    const offer = await place.offerTo();
    await place.sql('update shops set generation = generation + 1');
    expect(said(await place.send([offer]))).toEqual([['dropped', 'stopped']]);
    expect(place.mail.received).toEqual([]);
  });

  it('W16: given an app that may not see e-mail addresses, then the merchant hears why; without names it goes', async () => {
    const offer = await place.offerTo();
    place.office.protectedData = 'level-1';
    expect(said(await place.send([offer]))).toEqual([['failed', 'protected-data']]);
    expect(place.mail.received).toEqual([]);
  });
});

describe('P9: given a backup of yesterday is restored', () => {
  it('when the same messages are due again, then whoever has the mark in Shopify gets none', async () => {
    const offers = [await place.offerTo(), await place.offerTo()];
    expect(said(await place.send(offers))).toEqual([given, given]);
    const [first] = offers;
    // Of what was sent the database knows nothing; the address changed, too.
    await place.sql('delete from mail_minutes');
    updateCustomer(place.fake, first!.customerId, { email: 'new@mail.example' }, Date.now());
    expect(said(await place.send(offers))).toEqual([
      ['given', 'given-before'],
      ['given', 'given-before'],
    ]);
    expect(place.mail.received).toHaveLength(2);
    expect(marksOf(first!.customerId)).toHaveLength(1);
    // Another step, or the customer's next time, is another message.
    const next = { ...first!, entry: 2, code: 'BACK-AGAIN' };
    await place.sql(`update offers set entry = 2, code = 'BACK-AGAIN' where customer_id = $1`, [
      first!.customerId,
    ]);
    expect(said(await place.send([next]))).toEqual([given]);
    expect(marksOf(first!.customerId)).toHaveLength(2);
  });
});

describe('X17: what a mail server says', () => {
  it('given nobody at an address, then no campaign writes there again, and the others get theirs', async () => {
    const offers = [await place.offerTo(), await place.offerTo()];
    const bad = place.fake.customers.get(offers[0]!.customerId)!;
    place.mail.say({
      receiver: (to) => (to === bad.email ? { code: 550, words: '5.1.1 No such user' } : null),
    });
    expect(said(await place.send(offers))).toEqual([['failed', 'bounced'], given]);
    expect(await suppressionOf(place.shop.id, bad.id)).toMatchObject({ reason: 'bounced' });
  });

  it('given a server that takes nobody, then nobody is written off: it is the server that is broken', async () => {
    const offers = [await place.offerTo(), await place.offerTo()];
    place.mail.say({ receiver: () => ({ code: 550, words: '5.1.1 No such user' }) });
    expect(said(await place.send(offers))).toEqual([
      ['failed', 'bounced'],
      ['failed', 'bounced'],
    ]);
    expect(await suppressionOf(place.shop.id, offers[0]!.customerId)).toBeNull();
    // The reviewer of a mail server that speaks no numbers says it of everything.
    const [odd, fine] = [await place.offerTo(), await place.offerTo()];
    const { email } = place.fake.customers.get(odd.customerId)!;
    place.mail.say({ receiver: (to) => (to === email ? { code: 550, words: 'mailbox unavailable' } : null) });
    expect(said(await place.send([odd, fine]))).toEqual([['failed', 'refused'], given]);
    expect(await suppressionOf(place.shop.id, odd.customerId)).toBeNull();
  });

  it('given a turn that is over, then one message left, the others wait unmarked, and no turn of the hour is lost', async () => {
    await place.setUp({ perHour: 8 });
    const offers = [];
    for (let i = 0; i < 7; i += 1) offers.push(await place.offerTo());
    expect(said(await place.send(offers, 0))).toEqual([
      given,
      ...Array.from({ length: 6 }, () => ['later', 'turn']),
    ]);
    expect(offers.map(({ customerId }) => (marksOf(customerId) as string[]).length)).toEqual([
      1, 0, 0, 0, 0, 0, 0,
    ]);
    expect(said(await place.send(offers.slice(1)))).toEqual(Array.from({ length: 6 }, () => given));
    expect(place.mail.received).toHaveLength(7);
  });

  it('given a process that died after it marked a message, then nobody says that it was given, and it is not sent', async () => {
    const offer = await place.offerTo();
    await place.send([offer]);
    expect(said(await place.send([{ ...offer, again: true }]))).toEqual([['unknown', 'given-before']]);
    expect(place.mail.received).toHaveLength(1);
  });

  it('given a server that is busy, then the message goes another time, once', async () => {
    const offer = await place.offerTo();
    place.mail.say({ receiver: () => ({ code: 451, words: 'Try later' }) });
    expect(said(await place.send([offer]))).toEqual([['later', 'busy']]);
    expect(marksOf(offer.customerId)).toEqual([]);
    place.mail.say({});
    expect(said(await place.send([offer]))).toEqual([given]);
    expect(said(await place.send([offer]))).toEqual([['given', 'given-before']]);
    expect(place.mail.received).toHaveLength(1);
  });

  it('given a server that hangs up after it had all, then nobody knows, and it is never sent again', async () => {
    const offers = [await place.offerTo(), await place.offerTo()];
    place.mail.say({ message: () => 'silent' });
    expect(said(await place.send(offers))).toEqual([
      ['unknown', 'no-answer'],
      ['later', 'provider-away'],
    ]);
    place.mail.say({});
    expect(said(await place.send(offers))).toEqual([['given', 'given-before'], given]);
    expect(place.receivers()).toEqual(
      offers.map(({ customerId }) => place.fake.customers.get(customerId)?.email),
    );
  });

  it('given a server that lets nobody in, then all wait, and from the third time on it is left alone', async () => {
    const offers = [await place.offerTo(), await place.offerTo()];
    place.mail.say({ sender: () => ({ code: 550, words: '5.7.1 not yours' }) });
    for (let i = 0; i < 3; i += 1) {
      expect(said(await place.send(offers))).toEqual(offers.map(() => ['later', 'provider-away']));
    }
    const asked = place.mail.connections();
    expect(said(await place.send(offers))).toEqual(offers.map(() => ['later', 'provider-away']));
    expect(place.mail.connections()).toBe(asked);
    expect(await mailSettings(place.shop.id)).toMatchObject({ problem: 'sender 550', failures: 3 });
    // Nobody was marked: later everybody gets theirs.
    await place.sql('update mail_settings set closed_until = null');
    place.mail.say({});
    expect(said(await place.send(offers))).toEqual([given, given]);
  });

  it('given a server that refuses one message after another, then the fifth is the last one that is tried', async () => {
    const offers = [];
    for (let i = 0; i < 7; i += 1) offers.push(await place.offerTo());
    place.mail.say({ message: () => ({ code: 554, words: 'Spam' }) });
    const refused = Array.from({ length: 5 }, () => ['failed', 'refused']);
    const later = ['later', 'provider-away'];
    expect(said(await place.send(offers))).toEqual([...refused, later, later]);
    expect((await mailSettings(place.shop.id))?.closedUntil).not.toBeNull();
  });

  it('given no sender, or one that is not verified, then all wait and nothing is read', async () => {
    const offer = await place.offerTo();
    await place.sql('update mail_settings set verified_at = null');
    expect(said(await place.send([offer]))).toEqual([['later', 'not-verified']]);
    await place.sql('delete from mail_settings');
    expect(said(await place.send([offer]))).toEqual([['later', 'not-verified']]);
  });
});

describe('how fast and when', () => {
  it('given a rate per hour, then no more than that go, and the others wait', async () => {
    await place.setUp({ perHour: 2 });
    const offers = [await place.offerTo(), await place.offerTo(), await place.offerTo()];
    expect(said(await place.send(offers))).toEqual([given, given, ['later', 'rate']]);
    expect(said(await place.send([offers[2]!]))).toEqual([['later', 'rate']]);
    await place.sql(`update mail_minutes set minute = minute - interval '62 minutes'`);
    expect(said(await place.send([offers[2]!]))).toEqual([given]);
  });

  it('given quiet hours, then they are those of where the customer is, else of the shop', async () => {
    const hourIn = (timeZone: string): number =>
      Number(
        new Intl.DateTimeFormat('en', { hour: '2-digit', hourCycle: 'h23', timeZone }).format(Date.now()),
      );
    // Twelve hours from now on in Berlin; Auckland is ten to twelve hours ahead.
    const from = hourIn('Europe/Berlin');
    await place.setUp({ quietFrom: from, quietUntil: (from + 6) % 24 });
    const here = await place.offerTo();
    const there = await place.offerTo({ timeZone: 'Pacific/Auckland' });
    const nowhere = await place.offerTo({ timeZone: 'Mars/Olympus' });
    expect(said(await place.send([here, there, nowhere]))).toEqual([
      ['later', 'quiet-hours'],
      given,
      ['later', 'quiet-hours'],
    ]);
  });

  it('given consent that is withdrawn in Shopify while the message waited, then it is dropped', async () => {
    await place.setUp({ perHour: 1 });
    const [first, second] = [await place.offerTo(), await place.offerTo()];
    expect(said(await place.send([first, second]))).toEqual([given, ['later', 'rate']]);
    setConsent(place.fake, second.customerId, { emailState: 'UNSUBSCRIBED' }, Date.now());
    expect(said(await place.send([second]))).toEqual([['dropped', 'no-consent']]);
  });
});

import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { closeQueue } from '#app/jobs/queue.server.ts';
import { onStep } from '#app/jobs/step.server.ts';
import { testDatabase } from '#tests/support/database.ts';
import { mailingShop, said, type MailingShop } from './mailing-shop.ts';

testDatabase();
afterAll(() => closeQueue(1));

let place: MailingShop;
beforeEach(async () => {
  place = await mailingShop();
});
afterEach(async () => {
  onStep(undefined);
  await place.close();
});

class Killed extends Error {}

type Moment = { name: string; moment: 'before' | 'after'; time: number };

/** Dies at that moment, once. */
function dieAt({ name, moment, time }: Moment): void {
  let seen = 0;
  onStep((at, when) => {
    if (at !== name || when !== moment) return;
    seen += 1;
    if (seen === time) {
      onStep(undefined);
      throw new Killed(`${moment} ${name}`);
    }
  });
}

const died = (error: unknown): null => {
  if (error instanceof Killed) return null;
  throw error;
};

it('X14: given a death before and after each step, when the same offers are handed over again, then nobody gets two messages', async () => {
  const moments: Moment[] = [];
  const counts = new Map<string, number>();
  onStep((name, moment) => {
    const key = `${moment} ${name}`;
    const time = (counts.get(key) ?? 0) + 1;
    counts.set(key, time);
    moments.push({ name, moment, time });
  });
  const offersTo = async () => [await place.offerTo(), await place.offerTo(), await place.offerTo()];
  expect(said(await place.send(await offersTo()))).toEqual(Array.from({ length: 3 }, () => ['given', null]));
  onStep(undefined);
  expect(new Set(moments.map(({ name }) => name)).size).toBeGreaterThanOrEqual(14);
  const marked = moments.findIndex(({ name, moment }) => name === 'mail.mark' && moment === 'after');
  for (const [at, moment] of moments.entries()) {
    const offers = await offersTo();
    const before = place.receivers().length;
    dieAt(moment);
    expect(await place.send(offers).catch(died)).toBeNull();
    onStep(undefined);
    // The worst that could be done after a death: all of it again.
    const again = said(await place.send(offers.map((offer) => ({ ...offer, again: true }))));
    const sent = place.receivers().slice(before);
    // Nobody is said to have a message that perhaps never left.
    for (const [i, [outcome]] of again.entries()) {
      const { email } = place.fake.customers.get(offers[i]!.customerId)!;
      expect([outcome, sent.includes(email!)], JSON.stringify(moment)).not.toEqual(['given', false]);
      expect(['given', 'unknown']).toContain(outcome);
    }
    expect(new Set(sent).size, JSON.stringify(moment)).toBe(sent.length);
    // As long as nobody was marked nothing is lost either.
    if (at < marked) expect(sent).toHaveLength(3);
  }
});

describe('given a lost answer of Shopify', () => {
  it('when the marks were written all the same, then the messages go out, once', async () => {
    const offers = [await place.offerTo(), await place.offerTo()];
    place.shopify.trouble.add({ action: 'timeoutAfterCommit', ms: 5, op: 'SetMetafields', times: 1 });
    expect(said(await place.send(offers))).toEqual([
      ['given', null],
      ['given', null],
    ]);
    expect(place.mail.received).toHaveLength(2);
  });

  it('X14: when two workers send the same at once, then each message leaves once', async () => {
    const offers = [await place.offerTo(), await place.offerTo(), await place.offerTo()];
    const both = await Promise.all([place.send(offers), place.send(offers)]);
    const receivers = place.receivers();
    expect(new Set(receivers).size).toBe(receivers.length);
    const outcomes = both.flat().map(({ outcome }) => outcome);
    expect(outcomes.filter((outcome) => outcome !== 'given' && outcome !== 'later')).toEqual([]);
    expect(said(await place.send(offers)).map(([outcome]) => outcome)).toEqual(['given', 'given', 'given']);
    expect(place.mail.received).toHaveLength(3);
  });
});

import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { closeQueue } from '#app/jobs/queue.server.ts';
import { onStep } from '#app/jobs/step.server.ts';
import { campaign } from '#app/models/campaigns.server.ts';
import { noteCode, saveMailSettings, tryCode } from '#app/models/mail-settings.server.ts';
import { message, planOf } from '#tests/campaigns/plans.ts';
import { launched, look, members, move, offersOf, passDays } from '#tests/jobs/campaign-shop.ts';
import { bearDeath, diesAfterEach } from '#tests/jobs/deaths.ts';
import {
  decide,
  drain,
  installed,
  runPipeline,
  smallShop,
  writeNow,
  type Pipeline,
} from '#tests/jobs/pipeline.ts';
import { sqlInShop } from '#app/db.server.ts';
import { testDatabase } from '#tests/support/database.ts';
import { startMailServer, type MailServer } from '#tests/support/mail-server.ts';

testDatabase();
afterEach(() => onStep(undefined));
afterAll(() => closeQueue(1));

type Mailing = { pipeline: Pipeline; mail: MailServer };

/** A shop that is imported and scored, with a sender of its own. */
async function mailing(): Promise<Mailing> {
  const pipeline = await installed(smallShop({ customers: 40 }));
  await runPipeline(pipeline);
  const mail = await startMailServer();
  const { id } = pipeline.shop;
  await saveMailSettings(
    id,
    0,
    {
      host: '127.0.0.1',
      port: mail.port,
      security: 'none',
      username: null,
      fromName: 'Tea & Co',
      fromAddress: 'hello@tea.example',
      replyTo: null,
      postal: 'Main street 1',
      perHour: 1000,
      quietFrom: null,
      quietUntil: null,
    },
    null,
  );
  await noteCode(id, 1, Buffer.from('x'));
  await tryCode(id, Buffer.from('x'));
  return { pipeline, mail };
}

const PLAN = planOf(
  {
    delivery: 'mail',
    holdOut: 0.3,
    ladder: [message({ kind: 'none' }), message({ kind: 'none' }, 3)],
  },
  { consent: 'email', quietDays: 60 },
);

const mailsTo = ({ pipeline, mail }: Mailing): number[] =>
  mail.received
    .map(({ to }) => [...pipeline.fake.customers.values()].find(({ email }) => email === to[0])?.id ?? 0)
    .toSorted((a, b) => a - b);

const treatedOf = async (shopId: number, id: number) =>
  (await members(shopId, id)).filter(({ heldOut }) => !heldOut).map((member) => member.id);

describe('a campaign by mail', () => {
  it('given no verified sender, then it is not launched; given one that is lost, then it pauses and says so', async () => {
    const shop = await mailing();
    const { id: shopId } = shop.pipeline.shop;
    const unverify = () =>
      sqlInShop(shopId, (client) => client.query('update mail_settings set verified_at = null'));
    const { id } = await launched(shopId, PLAN);
    await unverify();
    await look(shop.pipeline);
    expect(await campaign(shopId, id)).toMatchObject({ state: 'paused', pauseReason: 'no-sender' });
    await expect(move(shopId, id, 'resume')).rejects.toThrow('no-sender');
    await expect(launched(shopId, PLAN)).rejects.toThrow('no-sender');
    expect(shop.mail.received).toEqual([]);
    await shop.mail.close();
    await shop.pipeline.close();
  });

  it('given receivers who cannot be reached now, then they keep nobody else waiting, and are left alone for a while', async () => {
    const shop = await mailing();
    const { id: shopId } = shop.pipeline.shop;
    const tried: string[] = [];
    let busy = '';
    shop.mail.say({
      receiver: (to) => {
        tried.push(to);
        if (busy === '') busy = to;
        return to === busy ? { code: 451, words: 'Try later' } : null;
      },
    });
    const { id } = await launched(shopId, PLAN);
    await look(shop.pipeline);
    await look(shop.pipeline);
    expect(tried.filter((to) => to === busy)).toHaveLength(1);
    const states = (await offersOf(shopId, id)).map(({ state }) => state);
    expect(states.filter((state) => state === 'ready')).toHaveLength(1);
    expect(states.filter((state) => state === 'given')).toHaveLength(states.length - 1);
    shop.mail.say({});
    await sqlInShop(shopId, (client) => client.query('update offers set not_before = clock_timestamp()'));
    await look(shop.pipeline);
    expect((await offersOf(shopId, id)).every(({ state }) => state === 'given')).toBe(true);
    await shop.mail.close();
    await shop.pipeline.close();
  });

  it('given two steps and a stop, then the treated get each message once, the held out none, and after the stop nobody any', async () => {
    const shop = await mailing();
    const { pipeline } = shop;
    const { id } = await launched(pipeline.shop.id, PLAN);
    await look(pipeline);
    const treated = await treatedOf(pipeline.shop.id, id);
    expect(treated.length).toBeGreaterThan(3);
    expect(mailsTo(shop)).toEqual(treated);
    await look(pipeline);
    expect(mailsTo(shop)).toEqual(treated);
    expect((await offersOf(pipeline.shop.id, id)).every(({ state }) => state === 'given')).toBe(true);
    await passDays(pipeline.shop.id, 4);
    await move(pipeline.shop.id, id, 'stop');
    await look(pipeline);
    expect(mailsTo(shop)).toEqual(treated);
    await shop.mail.close();
    await pipeline.close();
  });

  it('given that everything we wrote is removed, then the marks of messages go too', async () => {
    const shop = await mailing();
    const { pipeline } = shop;
    await launched(pipeline.shop.id, PLAN);
    await look(pipeline);
    const marked = () =>
      [...pipeline.fake.customers.values()].filter(({ metafields }) =>
        [...metafields.keys()].some((name) => name.includes('winback')),
      ).length;
    expect(marked()).toBeGreaterThan(3);
    await decide(pipeline.shop.id, { writeBack: 'removing' });
    await writeNow(pipeline);
    expect(marked()).toBe(0);
    await shop.mail.close();
    await pipeline.close();
  });

  it('X14: given a death after any step, then nobody gets a message twice, and nobody who was held out gets one', async () => {
    const live = async (hook: Parameters<typeof onStep>[0], looks: number): Promise<void> => {
      const shop = await mailing();
      const { pipeline, mail } = shop;
      const { id } = await launched(pipeline.shop.id, PLAN);
      onStep(hook);
      for (let n = 0; n < looks; n += 1) {
        await sqlInShop(pipeline.shop.id, (client) =>
          client.query('update leases set held_until = now() where shop_id = $1', [pipeline.shop.id]),
        );
        await look(pipeline).catch(bearDeath);
        await drain({ onCrash: bearDeath });
      }
      onStep(undefined);
      const got = mailsTo(shop);
      expect(new Set(got).size).toBe(got.length);
      const treated = await treatedOf(pipeline.shop.id, id);
      expect(treated).toEqual(expect.arrayContaining(got));
      const offers = (await offersOf(pipeline.shop.id, id)).filter(({ step }) => step === 0);
      expect(offers.map((offer) => offer.id)).toEqual(treated);
      expect(offers.every(({ state }) => state === 'given' || state === 'unknown')).toBe(true);
      await mail.close();
      await pipeline.close();
    };
    const steps = new Set<string>();
    await live((name) => void (/^(give|mail)\./.test(name) && steps.add(name)), 2);
    expect([...steps]).toEqual(
      expect.arrayContaining(['give.take', 'mail.mark', 'mail.send', 'give.settle']),
    );
    await diesAfterEach([...steps], 3, (hook) => live(hook, 12));
  }, 120_000);
});

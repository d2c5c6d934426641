import { describe, expect, it } from 'vitest';
import { sqlInShop } from '#app/db.server.ts';
import { customerCare, saveCare, type CareChange } from '#app/models/customer-care.server.ts';
import { mergeCustomers, removeCustomers } from '#app/models/gone.server.ts';
import { storeScores } from '#tests/routes/built-pages.ts';
import { testDatabase, testShop } from '#tests/support/database.ts';

testDatabase();
const [ANNA, BEN] = [71, 72];

async function shopWithScores() {
  const shop = await testShop();
  await storeScores(shop.id, 1001, 20);
  return shop.id;
}
const seen = (customerId: number, version = 0) => [{ customerId, version }];
const assign = (value: number | null): CareChange => ({ what: 'assigned', value });
const note = (value: string | null): CareChange => ({ what: 'note', value });

describe('what staff note about a customer', () => {
  it('given nothing so far, then nothing is told of it', async () => {
    const shop = await shopWithScores();
    expect(await customerCare(shop, 1001)).toEqual({
      version: 0,
      assignedTo: null,
      laterUntil: null,
      laterBy: null,
      contactedOn: null,
      contactedBy: null,
      note: null,
      noteBy: null,
      noteAt: null,
    });
    expect(await saveCare(shop, ANNA, seen(1001), assign(null))).toEqual({ saved: 1, over: [] });
    expect(await sqlInShop(shop, (client) => client.query('select from customer_care'))).toMatchObject({
      rowCount: 0,
    });
  });

  it('given four things, when each is set for several customers, then all are kept with who set them', async () => {
    const shop = await shopWithScores();
    const two = [...seen(1001), ...seen(1002)];
    await saveCare(shop, ANNA, two, assign(BEN));
    await saveCare(shop, ANNA, two, { what: 'later', value: 20_100 });
    await saveCare(shop, BEN, two, { what: 'contacted', value: 20_050 });
    await saveCare(shop, BEN, two, note('Likes “oolong”,\nasked for a call'));
    for (const id of [1001, 1002]) {
      const care = await customerCare(shop, id);
      expect(care).toMatchObject({
        version: 4,
        assignedTo: BEN,
        laterUntil: 20_100,
        laterBy: ANNA,
        contactedOn: 20_050,
        contactedBy: BEN,
        note: 'Likes “oolong”,\nasked for a call',
        noteBy: BEN,
      });
      expect(care.noteAt).toBeGreaterThan(0);
    }
    expect((await customerCare(shop, 1003)).version).toBe(0);
  });

  it('given five windows that send the same, then it is set once and all hear that it is saved', async () => {
    const shop = await shopWithScores();
    const both = [...seen(1002), ...seen(1001)];
    const answers = await Promise.all(
      Array.from({ length: 5 }, (_, i) =>
        saveCare(shop, ANNA, i % 2 === 0 ? both : both.toReversed(), note('Call on Monday')),
      ),
    );
    expect(answers).toEqual(Array.from({ length: 5 }, () => ({ saved: 2, over: [] })));
    expect(await customerCare(shop, 1001)).toMatchObject({ version: 1, noteBy: ANNA });
  });

  it('given two people with the same page open, when both set the same thing, then the last one wins and hears of whom', async () => {
    const shop = await shopWithScores();
    expect(await saveCare(shop, ANNA, seen(1001), note('From Anna'))).toMatchObject({ over: [] });
    expect(await saveCare(shop, BEN, [...seen(1001), ...seen(1002)], note('From Ben'))).toEqual({
      saved: 2,
      over: [{ customerId: 1001, by: ANNA }],
    });
    expect((await customerCare(shop, 1001)).note).toBe('From Ben');
    // Whoever has seen it changes it knowingly.
    expect(await saveCare(shop, ANNA, seen(1001, 2), note(null))).toEqual({ saved: 1, over: [] });
    expect(await customerCare(shop, 1001)).toMatchObject({ version: 3, note: null });
  });

  it('given two people who set different things, or the same to the same, then neither replaced anything', async () => {
    const shop = await shopWithScores();
    await saveCare(shop, ANNA, seen(1001), note('From Anna'));
    expect((await saveCare(shop, BEN, seen(1001), assign(BEN))).over).toEqual([]);
    expect((await saveCare(shop, BEN, seen(1001), note('From Anna'))).over).toEqual([]);
    expect(await customerCare(shop, 1001)).toMatchObject({ version: 2, noteBy: ANNA, assignedTo: BEN });
  });

  it('given ten people at once, then one wins and each of the others was replaced by somebody who knows', async () => {
    const shop = await shopWithScores();
    const people = Array.from({ length: 10 }, (_, i) => 100 + i);
    const answers = await Promise.all(people.map((who) => saveCare(shop, who, seen(1001), assign(who))));
    const { assignedTo } = await customerCare(shop, 1001);
    const replaced = answers.flatMap(({ over }) => over.map(({ by }) => by));
    expect([...replaced, assignedTo].toSorted()).toEqual(people);
  });

  it('given customers of nobody and of another shop, then they are passed over and nothing is stored', async () => {
    const [mine, other] = [await testShop(), await testShop()];
    await storeScores(mine.id, 1001, 5);
    await storeScores(other.id, 5001, 5);
    const all = [...seen(1001), ...seen(5001), ...seen(999)];
    expect(await saveCare(mine.id, ANNA, all, note('x'))).toEqual({ saved: 1, over: [] });
    for (const shop of [mine, other]) expect((await customerCare(shop.id, 5001)).note).toBeNull();
  });
});

describe('given customers who are merged or removed', () => {
  const merge = (shop: number, gone: number, kept: number) =>
    sqlInShop(shop, (client) => mergeCustomers(client, shop, gone, kept));

  it('when nothing is noted about the one that stays, then all that was noted about the other is', async () => {
    const shop = await shopWithScores();
    await saveCare(shop, ANNA, seen(1001), assign(BEN));
    await saveCare(shop, ANNA, seen(1001), { what: 'later', value: 20_100 });
    await saveCare(shop, ANNA, seen(1001), { what: 'contacted', value: 20_000 });
    await saveCare(shop, ANNA, seen(1001), note('Two cats'));
    const { version: _, ...before } = await customerCare(shop, 1001);
    await merge(shop, 1001, 1002);
    expect(await customerCare(shop, 1002)).toMatchObject(before);
    expect((await customerCare(shop, 1001)).version).toBe(0);
  });

  it('when somebody has the one that stays open from before, then they hear whose note came by the merge', async () => {
    for (const noted of [false, true]) {
      const shop = await shopWithScores();
      await saveCare(shop, ANNA, seen(1001), note('Two cats'));
      if (noted) await saveCare(shop, BEN, seen(1002), assign(BEN));
      const { version } = await customerCare(shop, 1002);
      await merge(shop, 1001, 1002);
      const saved = await saveCare(shop, BEN, [{ customerId: 1002, version }], note('A dog'));
      expect(saved).toEqual({ saved: 1, over: [{ customerId: 1002, by: ANNA }] });
    }
  });

  it('when something is noted about both, then what is about the one that stays stands, with both notes and the later contact', async () => {
    const shop = await shopWithScores();
    for (const [id, who, day] of [
      [1001, ANNA, 20_010],
      [1002, BEN, 20_005],
    ] as const) {
      await saveCare(shop, who, seen(id), assign(who));
      await saveCare(shop, who, seen(id), { what: 'contacted', value: day });
      await saveCare(shop, who, seen(id), note(`${'n'.repeat(300)} of ${who}`));
    }
    await saveCare(shop, ANNA, seen(1001), { what: 'later', value: 20_100 });
    await merge(shop, 1001, 1002);
    const care = await customerCare(shop, 1002);
    expect(care).toMatchObject({
      assignedTo: BEN,
      laterUntil: 20_100,
      laterBy: ANNA,
      contactedOn: 20_010,
      contactedBy: ANNA,
      noteBy: BEN,
    });
    expect(care.note).toHaveLength(500);
    expect(care.note).toMatch(/^n+ of 72\nn+$/);
  });

  it('when nothing has a note, or nothing is noted at all, then nothing is made up', async () => {
    const shop = await shopWithScores();
    await merge(shop, 1003, 1004);
    expect((await customerCare(shop, 1004)).version).toBe(0);
    await saveCare(shop, ANNA, [...seen(1001), ...seen(1002)], assign(BEN));
    await merge(shop, 1001, 1002);
    expect(await customerCare(shop, 1002)).toMatchObject({ assignedTo: BEN, note: null, contactedOn: null });
  });

  it('when somebody notes something about a customer while it is removed, then nothing is left of it', async () => {
    const shop = await shopWithScores();
    for (let id = 1001; id <= 1010; id += 1) {
      const [answer] = await Promise.all([
        saveCare(shop, ANNA, seen(id), note('x')),
        sqlInShop(shop, (client) => removeCustomers(client, shop, [id])),
      ]);
      expect([0, 1]).toContain(answer.saved);
    }
    expect(await sqlInShop(shop, (client) => client.query('select from customer_care'))).toMatchObject({
      rowCount: 0,
    });
  });
});

import { expect, it } from 'vitest';
import { sqlInShop } from '#app/db.server.ts';
import { copyIn, copyOut } from '#app/models/binary-copy.server.ts';
import { BinaryRows } from '#app/models/binary-rows.server.ts';
import { testDatabase, testShop } from '#tests/support/database.ts';

testDatabase();

it('rows come out as they went in, whatever pieces the network cuts them into', async () => {
  const { id } = await testShop();
  const long = 'x'.repeat(200_000);
  const read = await sqlInShop(id, async (client) => {
    await client.query('create temp table copied (n int8, t text, list text[]) on commit drop');
    const rows = new BinaryRows();
    for (let n = 0; n < 2_000; n += 1) {
      rows.row(3);
      rows.int8(n === 7 ? NaN : n * 2 ** 33);
      rows.text(n % 500 === 0 ? long : n % 2 === 0 ? null : `é${n}`);
      rows.textArray(n % 3 === 0 ? [] : [`a${n}`, 'b']);
    }
    await copyIn(client, 'savepoint s; copy copied from stdin (format binary); release s', rows.finish());
    const seen: string[] = [];
    const count = await copyOut(client, 'select n, t, list from copied order by n nulls first', (row) => {
      seen.push(`${row.int8()} ${row.text()?.slice(0, 5) ?? '-'} ${row.textArray()?.join('+')}`);
    });
    expect(count).toBe(2_000);
    return seen;
  });
  expect(read.slice(0, 4)).toEqual(['NaN é7 a7+b', '0 xxxxx ', `${2 ** 33} é1 a1+b`, `${2 ** 34} - a2+b`]);
  expect(new Set(read).size).toBe(2_000);
});

it('a query without rows, one that fails and a reader that fails leave the connection in order', async () => {
  const { id } = await testShop();
  await sqlInShop(id, async (client) => {
    const none = () => expect.unreachable();
    expect(await copyOut(client, 'select 1::int8 where false', none)).toBe(0);
    await client.query('savepoint s');
    await expect(
      copyOut(client, 'select 1 / (n - 5000) from generate_series(1, 9999) n', () => undefined),
    ).rejects.toThrow('division by zero');
    await client.query('rollback to s');
    const stop = () => {
      throw new RangeError('enough');
    };
    await expect(copyOut(client, 'select n::int8 from generate_series(1, 9999) n', stop)).rejects.toThrow(
      'enough',
    );
    const rows = new BinaryRows();
    await expect(copyIn(client, 'copy nowhere from stdin (format binary)', rows.finish())).rejects.toThrow(
      'nowhere',
    );
    await client.query('rollback to s');
    expect((await client.query('select 7 as seven')).rows).toEqual([{ seven: 7 }]);
  });
});

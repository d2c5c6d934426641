import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { databaseAnswers, inShop, readInShop, sqlInShop } from '#app/db.server.ts';
import type { ShopRow } from '#app/models/shops.server.ts';
import { testDatabase, testShop } from '#tests/support/database.ts';

const url = testDatabase();
const owner = new Client(url);
let tables: string[] = [];
let [a, b]: ShopRow[] = [];

beforeAll(async () => {
  await owner.connect();
  const { rows } = await owner.query<{ name: string }>(
    `select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')
     and relname <> '_prisma_migrations' order by 1`,
  );
  tables = rows.map((row) => row.name);
  [a, b] = [await testShop(), await testShop()];
  for (const table of tables) for (const shop of [a, b]) await addRow(table, shop?.id ?? 0);
});
afterAll(() => owner.end());

/** A row with a value for each column that must have one, the first of a closed list; as superuser, around row level security. */
async function addRow(table: string, shopId: number): Promise<void> {
  const { rows } = await owner.query<{ name: string; type: string; allowed: string | null }>(
    `select column_name as name, data_type as type,
       (select substring(pg_get_constraintdef(c.oid) from '''[^'']*''') from pg_constraint c
        where c.conrelid = $1::text::regclass and c.contype = 'c' and pg_get_constraintdef(c.oid) like '%' || column_name || ' = ANY%'
        limit 1) as allowed
     from information_schema.columns
     where table_name = $1::text and is_nullable = 'NO' and column_default is null and column_name <> 'shop_id'`,
    [table],
  );
  const values: Record<string, string> = {
    text: "'planned'",
    jsonb: `'{}'`,
    boolean: 'true',
    ARRAY: `'{}'`,
    bytea: `'\\x00'`,
  };
  const list = rows.map(
    ({ type, allowed }) => allowed ?? values[type] ?? (/^(timestamp|date)/.test(type) ? 'now()' : '1'),
  );
  await owner.query(
    `insert into ${table} (${['shop_id', ...rows.map((row) => row.name)].join(', ')})
     values (${[shopId, ...list].join(', ')}) on conflict do nothing`,
  );
}

describe('row level security', () => {
  it('holds on every table, for its owner too, by a key that begins with the shop', async () => {
    const { rows } = await owner.query(
      `select c.relname as name, c.relrowsecurity and c.relforcerowsecurity as forced,
         (select attname from pg_attribute where attrelid = c.oid and attnum = k.conkey[1]) as first,
         exists (select from pg_policy p where p.polrelid = c.oid and p.polcmd = '*' and p.polroles = '{0}'
           and p.polqual is not null and p.polwithcheck is not null) as kept
       from pg_class c left join pg_constraint k on k.conrelid = c.oid and k.contype = 'p'
       where c.relname = any($1) order by 1`,
      [tables],
    );
    expect(rows).toEqual(tables.map((name) => ({ name, forced: true, first: 'shop_id', kept: true })));
    expect(tables.length).toBeGreaterThan(15);
  });

  it('shows a shop its own rows only, whatever is asked', async () => {
    for (const table of tables) {
      const seen = await sqlInShop(a?.id ?? 0, async (client) => {
        const { rows } = await client.query<{ shop_id: number }>(`select shop_id from ${table}`);
        return rows.map((row) => row.shop_id);
      });
      expect([table, ...new Set(seen)]).toEqual([table, a?.id]);
      const inOneMessage = await readInShop<{ shop_id: number }>(
        a?.id ?? 0,
        `select distinct shop_id from ${table}`,
      );
      expect([table, inOneMessage]).toEqual([table, [{ shop_id: a?.id }]]);
    }
  });

  it('leaves nothing of a shop behind on a connection, also where a read in one message fails', async () => {
    const mine = a?.id ?? 0;
    await expect(readInShop(mine, 'select 1 / count(*) from leases where shop_id = $1 + 1')).rejects.toThrow(
      /division by zero/,
    );
    await expect(readInShop(mine, 'select not_there from settings')).rejects.toThrow(/not_there/);
    expect(await Promise.all(Array.from({ length: 12 }, () => databaseAnswers()))).not.toContain(false);
    expect(await readInShop(mine, 'select shop_id from settings')).toEqual([{ shop_id: mine }]);
  });

  it('shows the app no row at all outside of a shop', async () => {
    await owner.query('begin; set local role rekindle_app');
    for (const table of tables) {
      expect([table, (await owner.query(`select from ${table}`)).rowCount]).toEqual([table, 0]);
    }
    await owner.query('rollback');
    // A setting that was set in an earlier transaction reads as an empty text afterwards.
    await owner.query(`begin; select set_config('app.shop_id', '1', true); commit`);
    await owner.query('begin; set local role rekindle_app');
    expect((await owner.query('select from shops')).rowCount).toBe(0);
    await owner.query('rollback');
  });

  it('refuses to add, change or take rows of another shop', async () => {
    const other = b?.id ?? 0;
    for (const table of tables) {
      await expect(
        sqlInShop(a?.id ?? 0, (client) => client.query(`update ${table} set shop_id = ${other}`)),
      ).rejects.toThrow(/row-level security/);
      const gone = await sqlInShop(a?.id ?? 0, (client) =>
        client.query(`delete from ${table} where shop_id = ${other}`),
      );
      expect([table, gone.rowCount]).toEqual([table, 0]);
    }
    await expect(
      inShop(a?.id ?? 0, (db) => db.settings.create({ data: { shopId: 987_654 } })),
    ).rejects.toThrow(/row-level security/);
  });

  it('lets the owning role find and add shops, and nothing else', async () => {
    await owner.query(`create role plain_owner`);
    try {
      const policies = await owner.query<{ name: string; cmd: string; roles: string }>(
        `select policyname as name, cmd, roles::text from pg_policies where policyname <> 'one_shop' order by 1`,
      );
      const roles = '{rekindle}';
      expect(policies.rows).toEqual([
        { name: 'add_any', cmd: 'INSERT', roles: '{rekindle_inbox}' },
        ...Array.from({ length: 6 }, () => ({
          name: 'count_all',
          cmd: 'SELECT',
          roles: '{rekindle_metrics}',
        })),
        { name: 'directory_add', cmd: 'INSERT', roles },
        { name: 'directory_read', cmd: 'SELECT', roles },
        { name: 'find_shop', cmd: 'SELECT', roles: '{rekindle_inbox}' },
        { name: 'see_waiting', cmd: 'SELECT', roles: '{rekindle_inbox}' },
      ]);
    } finally {
      await owner.query('drop role plain_owner');
    }
  });

  it('lends the app a role that cannot get around it', async () => {
    const { rows } = await owner.query(
      `select rolsuper or rolbypassrls or rolcanlogin as strong from pg_roles where rolname = 'rekindle_app'`,
    );
    expect(rows).toEqual([{ strong: false }]);
  });

  it('lets the loading role add rows to the shop of the transaction and do nothing else', async () => {
    const asLoader = (text: string, shopId = a?.id) =>
      owner
        .query(
          `begin; select set_config('app.shop_id', '${shopId ?? ''}', true); set local role rekindle_loader`,
        )
        .then(() => owner.query(text))
        .finally(() => owner.query('rollback'));
    await expect(asLoader('select from products')).rejects.toThrow(/permission denied/);
    await expect(asLoader('delete from products')).rejects.toThrow(/permission denied/);
    await expect(asLoader(`update products set title = 'x'`)).rejects.toThrow(/permission denied/);
    await expect(
      asLoader(`insert into products (shop_id, id, title) values (${b?.id}, 7, 'x')`),
    ).rejects.toThrow(/permission denied/);
    await expect(asLoader(`insert into sessions (id, is_online) values ('x', true)`)).rejects.toThrow(
      /permission denied/,
    );
    expect((await asLoader(`insert into products (id, title) values (7, 'x')`)).rowCount).toBe(1);
    await owner.query('begin; set local role rekindle_loader');
    await expect(owner.query(`insert into products (id, title) values (7, 'x')`)).rejects.toThrow(
      /null value/,
    );
    await owner.query('rollback');
  });

  it('lets the inbox role add webhooks of any shop, see which shops have some waiting, and do nothing else', async () => {
    const as = (sql: string) =>
      owner.query(`begin; set local role rekindle_inbox; ${sql}`).finally(() => owner.query('rollback'));
    await as(`insert into inbox (shop_id, webhook_id, topic)
      values (${a?.id}, 'one', 'shop/update'), (${b?.id}, 'two', 'shop/update') on conflict do nothing`);
    await as('select shop_id from inbox where handled_at is null');
    await expect(as('select webhook_id from inbox')).rejects.toThrow('permission denied');
    await expect(as('delete from inbox')).rejects.toThrow('permission denied');
    await expect(as(`update inbox set handled_at = now()`)).rejects.toThrow('permission denied');
    await expect(as('select scopes from shops')).rejects.toThrow('permission denied');
    for (const table of tables.filter((name) => name !== 'inbox' && name !== 'shops')) {
      await expect(as(`select shop_id from ${table}`)).rejects.toThrow('permission denied');
    }
  });

  it('lets the metrics role count across shops, and see neither what tells shops apart nor a person', async () => {
    const as = (sql: string) =>
      owner.query(`begin; set local role rekindle_metrics; ${sql}`).finally(() => owner.query('rollback'));
    await as('select count(*) from inbox where handled_at is null');
    await as('select kind, count(*) from pending group by kind');
    for (const hidden of [
      'domain from shops',
      'scopes from shops',
      'resource_id from inbox',
      'id from pending',
    ]) {
      await expect(as(`select ${hidden}`)).rejects.toThrow('permission denied');
    }
    await expect(as('delete from inbox')).rejects.toThrow('permission denied');
    const counted = new Set(['shops', 'inbox', 'pending', 'reconciliations', 'imports', 'write_runs']);
    for (const table of tables.filter((name) => !counted.has(name))) {
      await expect(as(`select shop_id from ${table}`)).rejects.toThrow('permission denied');
    }
  });
});

import { Client } from 'pg';
import type { FakeCustomer } from '#tests/fake-shopify/store-customers.ts';

/** What would give a customer away wherever it stands, by what it is. */
export function tracesOf({ id, email, phone, firstName, lastName }: FakeCustomer): string[] {
  const words = [email, phone, firstName && lastName ? `${firstName} ${lastName}` : null];
  return [String(id), ...words.filter((word) => word !== null)];
}

/** Whether one of the traces is in the text; a number counts only when it stands by itself. */
export function isIn(text: string, trace: string): boolean {
  if (!/^\d+$/.test(trace)) return text.includes(trace);
  return new RegExp(`(^|\\D)${trace}(\\D|$)`).test(text);
}

/** Every row of every table of the database at `url`, the queue's too, in which one of the traces is. */
export async function rowsWith(url: string, traces: readonly string[]): Promise<string[]> {
  const owner = new Client(url);
  await owner.connect();
  try {
    const tables = await owner.query<{ name: string }>(
      `select format('%I.%I', nspname, relname) as name from pg_class c join pg_namespace n on n.oid = relnamespace
       where relkind = 'r' and nspname in ('public', 'pgboss') order by 1`,
    );
    const found: string[] = [];
    for (const { name } of tables.rows) {
      const { rows } = await owner.query<{ text: string }>(`select t::text as text from ${name} t`);
      for (const { text } of rows) {
        const trace = traces.find((one) => isIn(text, one));
        if (trace !== undefined) found.push(`${name}: ${trace}: ${text.slice(0, 200)}`);
      }
    }
    return found;
  } finally {
    await owner.end();
  }
}

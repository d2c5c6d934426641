import { Client } from 'pg';
import { settled } from '#tests/fake-shopify/demo-watch.ts';
import { giveHistory } from './ui-history.ts';
import type { UiStage } from './ui-stage.ts';

/** What the measured addresses name. */
export type MeasuredShop = { customerId: number; writeRunId: number; changes: number };

/**
 * Imports, scores and writes back the stand-in's shop by the app itself, gives it a year of history and has it count
 * what Home shows, as in a shop that the app has been in for long.
 */
export async function prepareUiShop(
  { merchant, app }: UiStage,
  databaseUrl: string,
  say: (text: string) => void,
): Promise<MeasuredShop> {
  const spent = new Map<string, number>();
  const watch = { merchant, app, databaseUrl, spent, say: () => undefined };
  await merchant.open();
  await settled(watch, (now) => now.import?.phase === 'done' && now.run !== null);
  await merchant.submit({ intent: 'write-back', answer: 'write' });
  await settled(watch, (now) => now.writeBack?.state === 'done');
  const client = new Client(databaseUrl);
  await client.connect();
  try {
    const changes = await giveHistory(client);
    // Opened, Home has its figures of earlier days reckoned.
    await merchant.open();
    await settled(watch, (now) => !now.recalling);
    const { rows: people } = await client.query<{ id: string }>(
      'select customer_id as id from scores where segment is not null order by frequency desc, customer_id limit 1',
    );
    const { rows: runs } = await client.query<{ id: string }>(
      `select id from write_runs where kind = 'full' order by id desc limit 1`,
    );
    const seconds = [...spent.values()].reduce((sum, ms) => sum + ms, 0) / 1000;
    say(`imported, scored and written in ${seconds.toFixed(0)} s; ${changes} changes of scores in a year`);
    return { customerId: Number(people[0]?.id), writeRunId: Number(runs[0]?.id), changes };
  } finally {
    await client.end();
  }
}

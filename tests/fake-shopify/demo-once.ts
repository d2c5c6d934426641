import { temporaryDatabase } from './demo-database.ts';
import type { DemoOptions } from './demo-options.ts';
import { demoSecrets } from './demo-secrets.ts';
import { setStage, type Stage } from './demo-stage.ts';
import { summaryLines, writingCalls } from './demo-summary.ts';
import { settled, type Watch } from './demo-watch.ts';
import { writeCustomersCsv } from './export-csv.ts';
import type { FakeShop } from './store.ts';

/**
 * The main job without a browser, in a fresh database and shop: install, import, score, write back, and the
 * same a second time, which must send nothing.
 * @throws Error saying what failed, with the last lines of the app's processes
 */
export async function runOnce(
  options: DemoOptions,
  shop: FakeShop,
  say: (text: string) => void,
): Promise<void> {
  const database = await temporaryDatabase();
  try {
    const stage = await setStage(options, shop, demoSecrets(), database.url, () => {});
    try {
      await twice(stage, database.url, say);
      if (options.export !== null) {
        await writeCustomersCsv(shop, options.export);
        say(`Wrote ${shop.customers.size.toLocaleString('en')} customers to ${options.export}`);
      }
    } catch (error) {
      const what = error instanceof Error ? error.message : String(error);
      throw new Error(`${what}\n${await stage.app.lastLines()}`, { cause: error });
    } finally {
      await stage.close();
    }
  } finally {
    await database.close();
  }
}

async function twice(stage: Stage, databaseUrl: string, say: (text: string) => void): Promise<void> {
  const { merchant, app, fake } = stage;
  const watch = (): Watch => ({ merchant, app, databaseUrl, spent: new Map(), say });
  const first = watch();
  await merchant.open();
  const scored = await settled(first, (now) => now.import?.phase === 'done' && now.run !== null);
  await merchant.submit({ intent: 'write-back', answer: 'write' });
  const nothingToWrite = scored.run?.scored === 0;
  const written = await settled(first, (now) => nothingToWrite || now.writeBack?.state === 'done');
  say('');
  summaryLines(written, fake.calls.all, first.spent).forEach(say);
  if (written.writeBack !== null && written.writeBack.failed > 0) {
    throw new Error(`${written.writeBack.failed} writes failed`);
  }
  say('');
  say('A second time in the same shop:');
  const before = fake.calls.all.length;
  const startedAt = written.import?.startedAt ?? 0;
  await merchant.submit({ intent: 'import-again' });
  await settled(watch(), (now) => now.import?.phase === 'done' && now.import.startedAt > startedAt);
  const sent = writingCalls(fake.calls.all.slice(before));
  if (sent.length > 0) {
    throw new Error(`the second pass sent ${sent.length} calls, the first of them ${sent[0]?.op}`);
  }
  say('The second pass sent nothing.');
}

import { createServer } from 'node:net';
import { playCampaigns } from './demo-campaigns.ts';
import { keptDemo } from './demo-kept.ts';
import type { DemoOptions } from './demo-options.ts';
import { setStage } from './demo-stage.ts';
import { summaryLines } from './demo-summary.ts';
import { settled } from './demo-watch.ts';

/**
 * The demo a person clicks through: installs and imports, then stays until Ctrl-C. The next start finds the
 * same shop and the same database.
 */
export async function runInteractive(
  options: DemoOptions,
  make: Parameters<typeof keptDemo>[1],
  say: (text: string) => void,
): Promise<void> {
  await mustBeFree(options.port);
  const stopped = new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });
  const kept = await keptDemo(options, make);
  try {
    const stage = await setStage(options, kept.shop, kept.secrets, kept.url, kept.attend);
    try {
      const { merchant, app, fake } = stage;
      const spent = new Map<string, number>();
      say(`The shop's admin: ${stage.adminUrl}`);
      await merchant.open();
      const scored = settled(
        { merchant, app, databaseUrl: kept.url, spent, say },
        (now) => now.import?.phase === 'done' && now.run !== null,
      ).then((progress) => {
        summaryLines(progress, fake.calls.all, spent).forEach(say);
        say('');
        say(`Open ${stage.adminUrl} and then Rekindle. Ctrl-C ends the demo; the next start goes on here.`);
      });
      await Promise.race([stopped, scored]);
      // Campaigns have their days in the present: a shop that is scored as of a day of the past has none.
      if (kept.truth !== null && options.asOf === null) {
        await Promise.race([stopped, playCampaigns(stage, kept.url, kept.shop, kept.truth, say)]);
      }
      await Promise.race([stopped, app.died]);
    } catch (error) {
      const what = error instanceof Error ? error.message : String(error);
      throw new Error(`${what}\n${await stage.app.lastLines()}`, { cause: error });
    } finally {
      await stage.close();
    }
  } finally {
    await kept.close();
  }
}

/** Refuses before anything is touched: another demo may be using the database. */
async function mustBeFree(port: number): Promise<void> {
  const probe = createServer();
  await new Promise<void>((resolve, reject) => {
    const todo = 'Another demo may be running: end it, or choose another port with --port.';
    probe.once('error', () => reject(new Error(`port ${port} is taken. ${todo}`)));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve()));
  });
}

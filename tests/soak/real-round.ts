import { setTimeout as sleep } from 'node:timers/promises';
import { enqueue } from '#app/jobs/queue.server.ts';
import { watchShop } from '#app/jobs/watch-shop.server.ts';
import { randomSource } from '#tests/fake-shopify/generator-random.ts';
import { killAll, startProcess, type AppProcess } from '#tests/faults/app-process.ts';
import { checkShop } from './checks.ts';
import { nothingUnderWay } from './check-remains.ts';
import { live } from './hands.ts';
import { leave } from './nemesis.ts';
import { campaignDeed, isCampaignDeed } from './campaigns.ts';
import { decide, encourage, givenIn, type Round } from './round.ts';
import { isLife, type Line } from './script.ts';
import { setUp, type SoakPlace, type SoakWorld } from './world.ts';

/** Real milliseconds between two lines of the script. */
const PAUSE_MS = 250;
/** Longer than a lease lives, so that somebody else takes it over meanwhile. */
const STOPPED_MS = 11_000;
/** How long everything may take to come to rest. */
const PATIENCE_MS = 180_000;
const BETWEEN_LOOKS_MS = 3_000;
const WORKERS = 2;

/**
 * The same with worker processes of their own in real time: they die by SIGKILL, are stopped longer than their leases
 * live, and lose the database. Webhooks are doubled but not lost, since nobody waits for a day.
 */
export async function playRealRound(seed: number, script: readonly Line[], place: SoakPlace): Promise<Round> {
  const dice = randomSource(seed);
  const world = await setUp(seed, place, 'real');
  const workers: AppProcess[] = [];
  const start = (): void => {
    const standIn = `http://127.0.0.1:${world.proxies.shopify.port}`;
    while (workers.length < WORKERS) workers.push(startProcess('worker', standIn, { LOG_LEVEL: 'warn' }));
  };
  world.shopify.delivery.faults = { ...world.shopify.delivery.faults, doubled: 0.3 };
  try {
    for (const shop of world.shops) {
      await world.openApp(shop);
      await decide(shop, { writeBack: 'on' });
    }
    start();
    for (const [number, { shop: which, after: _, steps: __, ...deed }] of script.entries()) {
      const shop = world.shops[which];
      world.byHand = true;
      if (shop !== undefined && isLife(deed)) live(shop, deed, world.time.now());
      if (shop !== undefined && isCampaignDeed(deed)) await campaignDeed(shop, deed, world.time.now());
      world.byHand = false;
      await sleep(PAUSE_MS);
      const place = dice.int(0, workers.length - 1);
      if (number % 6 === 5) {
        await workers.splice(place, 1)[0]?.kill();
        start();
      } else if (number % 12 === 3) stopForAWhile(workers[place]);
      else if (number % 8 === 7) world.proxies.database.cut();
    }
    const findings = await comeToRest(world);
    return { findings, steps: script.length, given: givenIn(world), errors: [], givenUp: [] };
  } finally {
    killAll();
    await leave();
    await world.close();
  }
}

function stopForAWhile(worker: AppProcess | undefined): void {
  worker?.child.kill('SIGSTOP');
  setTimeout(() => worker?.child.kill('SIGCONT'), STOPPED_MS);
}

async function comeToRest(world: SoakWorld): Promise<string[]> {
  await sleep(STOPPED_MS);
  await quiet(world);
  for (const shop of world.shops) await encourage(shop);
  await quiet(world);
  const findings: string[] = [];
  for (const shop of world.shops) findings.push(...(await checkShop(world, shop, false)));
  return findings;
}

/** Waits until nothing is under way, twice, some seconds apart. */
async function quiet(world: SoakWorld): Promise<void> {
  const until = performance.now() + PATIENCE_MS;
  for (let looks = 0; looks < 2; looks += 1) {
    await sleep(BETWEEN_LOOKS_MS);
    // The worker does that every five minutes.
    for (const shop of world.shops) {
      const { id: shopId, generation } = await shop.row();
      await enqueue(watchShop, { shopId, generation });
    }
    for (;;) {
      const busy: string[] = [];
      for (const shop of world.shops) busy.push(...(await nothingUnderWay(world, (await shop.row()).id)));
      if (busy.length === 0) break;
      if (performance.now() > until) throw new Error(`never came to rest: ${busy.join(', ')}`);
      await sleep(500);
    }
  }
}

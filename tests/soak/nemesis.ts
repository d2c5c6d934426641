import { closeDatabase } from '#app/db.server.ts';
import { closeQueue } from '#app/jobs/queue.server.ts';
import type { Mischief } from '#tests/fake-shopify/trouble.ts';
import type { Toxics } from '#tests/faults/tcp-proxy.ts';
import type { NemesisDeed, ToxicName, TroubleName } from './script.ts';
import type { SoakWorld } from './world.ts';
import type { Workers } from './workers.ts';

/** How long a lease that somebody else took is held, in seconds. */
const STOLEN_SECONDS = 20;
/** Milliseconds that a database that restarts is away. */
const AWAY_MS = 120;
const DAY = 86_400;

const TROUBLE: Record<TroubleName, Mischief> = {
  throttle: { action: 'throttle' },
  '5xx': { action: '5xx' },
  html: { action: 'html' },
  errors: { action: 'errors' },
  timeoutAfterCommit: { action: 'timeoutAfterCommit', ms: 5 },
  resetBeforeCommit: { action: 'resetBeforeCommit' },
  failBulk: { action: 'failBulk', afterLines: 9, partial: true },
  truncate: { action: 'truncate', share: 0.5 },
  shuffle: { action: 'shuffle' },
  emptyBulk: { action: 'emptyBulk' },
  expireUrl: { action: 'expireUrl' },
};

const TOXIC: Record<ToxicName, Toxics> = {
  latency: { latencyMs: 3 },
  slice: { slice: 200 },
  reset: { resetAfter: 60_000 },
  none: {},
};

/** Does one harm. */
export async function harm(
  world: SoakWorld,
  workers: Workers,
  shop: number,
  deed: NemesisDeed,
): Promise<void> {
  const { proxies, shopify, time } = world;
  switch (deed.do) {
    case 'kill':
      return workers.kill();
    case 'stall':
      return workers.stall(deed.others);
    case 'restart-worker':
      return workers.restart();
    case 'steal-lease':
      await world.database.query(
        `update leases set token = token + 1, holder = 'thief', held_until = bent.clock_timestamp() + make_interval(secs => $2)
         where shop_id = (select shop_id from shops where domain = $1) and held_until > bent.clock_timestamp()`,
        [world.shops[shop]?.fake.domain, STOLEN_SECONDS],
      );
      return;
    case 'cut-database':
      return proxies.database.cut();
    case 'restart-database':
      await proxies.database.down();
      setTimeout(() => void proxies.database.up(), AWAY_MS);
      return;
    case 'host-clock':
      return time.hostWrongBy(deed.wrongBy);
    case 'trouble': {
      if (deed.action === 'throttle') for (const one of world.shops) one.throttles += 1;
      const op = deed.action === 'truncate' ? 'download' : undefined;
      shopify.trouble.add({ ...TROUBLE[deed.action], nth: deed.nth, ...(op !== undefined && { op }) });
      return;
    }
    case 'delivery': {
      const { lost, doubled, late, burst } = deed;
      shopify.delivery.faults = { lost, doubled, late, lateSeconds: DAY, burstSeconds: burst ? 600 : 0 };
      return;
    }
    case 'toxics':
      return proxies[deed.of].set(TOXIC[deed.what]);
  }
}

/** Ends every harm. */
export async function heal({ proxies, shopify, time }: SoakWorld): Promise<void> {
  time.hostWrongBy(0);
  proxies.shopify.set({});
  proxies.database.set({});
  shopify.trouble.clear();
  shopify.delivery.faults = { lost: 0, doubled: 0, late: 0, lateSeconds: 0, burstSeconds: 0 };
}

/** Ends the queue's and the database's connections of this process. */
export async function leave(): Promise<void> {
  await closeQueue(0).catch(() => undefined);
  await closeDatabase().catch(() => undefined);
}

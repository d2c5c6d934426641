import { importShop } from '#app/jobs/import-shop.server.ts';
import { applyInbox } from '#app/jobs/apply-inbox.server.ts';
import { enqueue, enqueueUnlessQueued } from '#app/jobs/queue.server.ts';
import { runCampaigns } from '#app/jobs/run-campaigns.server.ts';
import { scoreCustomers } from '#app/jobs/score-customers.server.ts';
import { tryAgain } from '#app/jobs/try-again.server.ts';
import { watchShop } from '#app/jobs/watch-shop.server.ts';
import { latestImport, openImport } from '#app/models/imports.server.ts';
import { readSettings, saveSettings, type SettingsPatch } from '#app/models/settings.server.ts';
import { dayIn, startOfDay } from '#app/rfm/calendar.ts';
import { checkShop } from './checks.ts';
import { campaignDeed, isCampaignDeed } from './campaigns.ts';
import { live } from './hands.ts';
import { harm, heal, leave } from './nemesis.ts';
import type { Deed, LifeDeed, Line, MerchantDeed, NemesisDeed } from './script.ts';
import { createWorkers, type Workers } from './workers.ts';
import { setUp, type SoakPlace, type SoakShop, type SoakWorld } from './world.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const WITHOUT = 'write_customers';

/** What came of a round: what the checkers found, and what is worth knowing besides. */
export type Round = { findings: string[]; steps: number; given: number; errors: string[]; givenUp: string[] };

/** Plays the lines of a script in a fresh world, lets everything come to rest, and checks. */
export async function playRound(seed: number, script: readonly Line[], place: SoakPlace): Promise<Round> {
  const world = await setUp(seed, place, 'leaping');
  const watch: Watch = { watched: new Map(), inboxes: new Map() };
  const workers = createWorkers(world, () => watchOver(world, watch));
  const { steps } = workers;
  try {
    for (const shop of world.shops) {
      await world.openApp(shop);
      await decide(shop, { writeBack: 'on' });
    }
    for (const line of script) await play(world, workers, line);
    await workers.workUntil(world.time.now() + 1);
    const late = script.some((line) => line.do === 'delivery' && line.late > 0);
    const findings = await comeToRest(world, workers, watch, late ? DAY : 0);
    const { errors, givenUp } = workers;
    return { findings, steps: workers.steps - steps, given: givenIn(world), errors, givenUp };
  } finally {
    workers.close();
    await heal(world);
    await leave();
    await world.close();
  }
}

/** How often customers were given something by a campaign. */
export function givenIn({ shops }: SoakWorld): number {
  return shops.reduce((sum, { given }) => sum + given.length, 0);
}

async function play(world: SoakWorld, workers: Workers, line: Line): Promise<void> {
  const { after, steps, shop, ...deed } = line;
  const happen = (): Promise<void> => perform(world, workers, shop, deed as Deed);
  if (steps !== undefined) return workers.atStep(steps, happen);
  await workers.workUntil(world.time.now() + (after ?? 0) * 1000);
  await happen();
}

async function perform(world: SoakWorld, workers: Workers, number: number, deed: Deed): Promise<void> {
  const shop = world.shops[number];
  if (shop === undefined) return;
  if (isOf(NEMESIS, deed)) return harm(world, workers, number, deed as NemesisDeed);
  world.byHand = true;
  try {
    if (isCampaignDeed(deed)) await campaignDeed(shop, deed, world.time.now());
    else if (isOf(MERCHANT, deed)) await atTheApp(world, shop, deed as MerchantDeed);
    else liveOn(world, shop, deed as LifeDeed);
  } finally {
    world.byHand = false;
  }
}

function liveOn({ shopify: { delivery }, time }: SoakWorld, shop: SoakShop, deed: LifeDeed): void {
  const { faults } = delivery;
  shop.goneUnheard ||= TAKES_AWAY.has(deed.do) && faults.lost > 0;
  // Nobody could know of an erasure that was asked for in a lost message.
  if (deed.do === 'redact') delivery.faults = { ...faults, lost: 0 };
  live(shop, deed, time.now());
  delivery.faults = faults;
}

const NEMESIS: ReadonlySet<string> = new Set([
  'kill',
  'steal-lease',
  'stall',
  'cut-database',
  'restart-database',
  'restart-worker',
  'host-clock',
  'trouble',
  'delivery',
  'toxics',
]);
const MERCHANT: ReadonlySet<string> = new Set([
  'uninstall',
  'open-app',
  'scope-away',
  'scope-back',
  'write-back',
  'count-zero',
  'window',
]);
const TAKES_AWAY: ReadonlySet<string> = new Set(['delete-order', 'delete-customer', 'merge']);
const isOf = (names: ReadonlySet<string>, deed: Deed): boolean => names.has(deed.do);

export async function atTheApp(world: SoakWorld, shop: SoakShop, deed: MerchantDeed): Promise<void> {
  const { office } = shop;
  if (deed.do === 'uninstall') {
    if (office.installed) office.uninstall();
  } else if (deed.do === 'open-app') await world.openApp(shop);
  else if (deed.do === 'scope-away') office.grant([...office.scopes].filter((s) => s !== WITHOUT));
  else if (deed.do === 'scope-back') office.grant(new Set([...office.scopes, WITHOUT]));
  else if (deed.do === 'write-back') await decide(shop, { writeBack: deed.wish });
  else if (deed.do === 'count-zero') await decide(shop, { countZero: deed.count });
  else if (deed.do === 'window') await decide(shop, { windowDays: deed.days });
}

export async function decide(shop: SoakShop, patch: SettingsPatch): Promise<void> {
  const { id } = await shop.row();
  const { version } = await readSettings(id);
  await saveSettings(id, version, patch);
}

/** Milliseconds between looks after a shop that nothing else asks for. */
const UNWATCHED = DAY;

/** By shop: when it has to be looked after next, and which webhooks waited when somebody last looked. */
type Watch = { watched: Map<number, number>; inboxes: Map<number, { news: string; at: number }> };

/** What the worker's timers ask for: looks after the open shops, at each of their midnights and from time to time. */
async function watchOver(world: SoakWorld, { watched, inboxes }: Watch): Promise<number> {
  const { time } = world;
  let next = Infinity;
  for (const { shopId, generation, open, timeZone, campaignsAt, news } of await openShops(world)) {
    const known = inboxes.get(shopId);
    if (news !== '' && (news !== known?.news || time.now() > known.at + HOUR)) {
      inboxes.set(shopId, { news, at: time.now() });
      await enqueueUnlessQueued(applyInbox, { shopId, generation });
    }
    if (!open) continue;
    const midnight = timeZone === null ? Infinity : startOfDay(dayIn(timeZone, time.now()) + 1, timeZone);
    const due = watched.get(shopId) ?? 0;
    if (time.now() >= due) {
      await enqueue(watchShop, { shopId, generation });
      watched.set(shopId, Math.min(midnight, time.now() + UNWATCHED));
    }
    if (campaignsAt !== null && campaignsAt <= time.now()) {
      await enqueueUnlessQueued(runCampaigns, { shopId, generation });
    } else next = Math.min(next, campaignsAt ?? Infinity);
    next = Math.min(next, watched.get(shopId) ?? Infinity);
  }
  return next;
}

type ShopToWatch = {
  shopId: number;
  generation: number;
  open: boolean;
  timeZone: string | null;
  /** When something is to do for its campaigns, null = nothing. */
  campaignsAt: number | null;
  /** Something that differs when other webhooks wait than before; '' while none does. */
  news: string;
};

async function openShops({ database, shops }: SoakWorld): Promise<ShopToWatch[]> {
  const { rows } = await database.query<ShopToWatch>(
    `select shop_id::float8 as "shopId", generation, time_zone as "timeZone",
       extract(epoch from campaigns_at)::float8 * 1000 as "campaignsAt",
       uninstalled_at is null and parked_reason is null as open,
       coalesce((select count(*) || ' ' || max(received_at) from inbox i
         where i.shop_id = s.shop_id and handled_at is null), '') as news
     from shops s where domain = any($1)`,
    [shops.map(({ fake }) => fake.domain)],
  );
  return rows;
}

/**
 * Ends every harm, gives the app what the merchant and time give it, and lets the checkers look twice: at what the app
 * made of the changes one by one, and once everyone was scored anew.
 * @param lateBy milliseconds by which webhooks may still be late
 */
async function comeToRest(
  world: SoakWorld,
  workers: Workers,
  watch: Watch,
  lateBy: number,
): Promise<string[]> {
  // The worker looks after every shop again within minutes.
  const pass = async (ms: number): Promise<void> => {
    await workers.workUntil(world.time.now() + ms);
    watch.watched.clear();
    await workers.workUntil(world.time.now() + MINUTE);
  };
  await heal(world);
  for (const shop of world.shops) {
    await atTheApp(world, shop, { do: 'scope-back' });
    await world.openApp(shop);
    await decide(shop, { writeBack: 'on' });
  }
  // What Shopify could not deliver it tries again for four hours.
  await workers.workUntil(world.time.now() + lateBy + 5 * HOUR);
  for (const shop of world.shops) await encourage(shop);
  await pass(10 * MINUTE);
  // Nobody tells of what has gone when its webhook is lost: a look at the counts, once a week, finds it.
  if (world.shops.some(({ goneUnheard }) => goneUnheard)) {
    await world.time.leapTo(world.time.now() + 7 * DAY);
    await pass(10 * MINUTE);
  }
  const findings: string[] = [];
  for (const shop of world.shops) findings.push(...(await checkShop(world, shop, false)));
  if (findings.length > 0) return findings;
  // A decision that changes scores has everyone scored with cut points of their own time.
  for (const shop of world.shops) {
    const { id: shopId, generation } = await shop.row();
    const { countZero } = await readSettings(shopId);
    await decide(shop, { countZero: !countZero });
    await enqueue(scoreCustomers, { shopId, generation });
  }
  await pass(5 * MINUTE);
  for (const shop of world.shops) findings.push(...(await checkShop(world, shop, true)));
  return findings;
}

/** What a merchant does who sees that work was given up or an import failed. */
export async function encourage(shop: SoakShop): Promise<void> {
  const row = await shop.row();
  await tryAgain(row);
  const { id: shopId, generation } = row;
  const last = await latestImport(shopId);
  if (last?.phase !== 'failed') return;
  await openImport(shopId, generation);
  await enqueue(importShop, { shopId, generation });
}

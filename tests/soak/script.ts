import { randomSource, type RandomSource } from '#tests/fake-shopify/generator-random.ts';

/**
 * One thing that happens in a round. Things and people are named by a share of those there are (0 to 1), so that a
 * line still means something when lines before it are taken out. `after`: seconds that pass before it; `steps`:
 * instead, it happens when the app has taken so many labelled steps more.
 */
export type Line = { readonly after?: number; readonly steps?: number; readonly shop: number } & Deed;

export type Deed = LifeDeed | MerchantDeed | NemesisDeed;

/** What happens in a shop at Shopify. */
export type LifeDeed =
  | {
      readonly do: 'place';
      readonly who: number | null;
      readonly total: number;
      readonly daysAgo: number;
      readonly kind: 'plain' | 'test' | 'unpaid' | 'free';
    }
  | { readonly do: 'edit'; readonly which: number; readonly total: number }
  | { readonly do: 'refund'; readonly which: number; readonly share: number }
  | { readonly do: 'cancel' | 'delete-order' | 'pay'; readonly which: number }
  | { readonly do: 'add-customer' }
  | { readonly do: 'rename' | 'delete-customer' | 'redact' | 'subscribe'; readonly who: number }
  | { readonly do: 'merge'; readonly who: number; readonly into: number }
  | { readonly do: 'unsubscribe'; readonly who: number }
  /** somebody orders with the code that a customer carries: that customer, or a stranger who was told it */
  | { readonly do: 'use-code'; readonly who: number; readonly stranger: boolean }
  | { readonly do: 'delete-discount'; readonly which: number }
  | {
      readonly do: 'foreign-tag' | 'tag-by-hand' | 'untag-by-hand';
      readonly who: number;
      readonly tag: number;
    }
  | { readonly do: 'currency'; readonly currency: string }
  | { readonly do: 'zone'; readonly timeZone: string };

const LIFE: ReadonlySet<string> = new Set([
  'place',
  'edit',
  'refund',
  'cancel',
  'delete-order',
  'pay',
  'add-customer',
  'rename',
  'delete-customer',
  'redact',
  'subscribe',
  'merge',
  'unsubscribe',
  'use-code',
  'delete-discount',
  'foreign-tag',
  'tag-by-hand',
  'untag-by-hand',
  'currency',
  'zone',
]);

/** Whether a deed happens in the shop at Shopify. */
export function isLife(deed: Deed): deed is LifeDeed {
  return LIFE.has(deed.do);
}

/** What the merchant does with the app. */
export type MerchantDeed =
  | { readonly do: 'uninstall' | 'open-app' | 'scope-away' | 'scope-back' }
  | { readonly do: 'write-back'; readonly wish: 'on' | 'off' }
  | { readonly do: 'count-zero'; readonly count: boolean }
  | { readonly do: 'window'; readonly days: number | null }
  /** plans a campaign for everyone and launches it */
  | { readonly do: 'launch'; readonly holdOut: number; readonly manual: boolean; readonly email: boolean }
  | { readonly do: 'move'; readonly which: number; readonly move: 'pause' | 'resume' | 'stop' }
  | { readonly do: 'approve'; readonly which: number };

/** What goes wrong beneath the app. */
export type NemesisDeed =
  | { readonly do: 'kill' | 'steal-lease' | 'cut-database' | 'restart-database' | 'restart-worker' }
  | { readonly do: 'stall'; readonly others: number }
  | { readonly do: 'host-clock'; readonly wrongBy: number }
  | { readonly do: 'trouble'; readonly action: TroubleName; readonly nth: number }
  | {
      readonly do: 'delivery';
      readonly lost: number;
      readonly doubled: number;
      readonly late: number;
      readonly burst: boolean;
    }
  | { readonly do: 'toxics'; readonly of: 'shopify' | 'database'; readonly what: ToxicName };

const TROUBLES = [
  'throttle',
  '5xx',
  'html',
  'errors',
  'timeoutAfterCommit',
  'resetBeforeCommit',
  'failBulk',
  'truncate',
  'shuffle',
  'emptyBulk',
  'expireUrl',
] as const;
export type TroubleName = (typeof TROUBLES)[number];
const TOXICS = ['latency', 'slice', 'reset', 'none'] as const;
export type ToxicName = (typeof TOXICS)[number];

const ZONES = [
  'Europe/Berlin',
  'America/New_York',
  'Asia/Kolkata',
  'Pacific/Kiritimati',
  'Pacific/Pago_Pago',
];
const CURRENCIES = ['EUR', 'USD', 'JPY', 'KWD'];
const DAY = 86_400;

type Maker = (dice: RandomSource) => Deed;
const share = (dice: RandomSource): number => Math.round(dice.next() * 1000) / 1000;
const which =
  (name: 'cancel' | 'delete-order' | 'pay'): Maker =>
  (dice) => ({ do: name, which: share(dice) });
const who =
  (name: 'rename' | 'delete-customer' | 'redact' | 'subscribe'): Maker =>
  (dice) => ({ do: name, who: share(dice) });
const plainly =
  (name: (MerchantDeed & { wish?: never })['do'] | 'kill' | 'steal-lease' | 'cut-database'): Maker =>
  () =>
    ({ do: name }) as Deed;

/** Every kind of deed with how often it comes, relative to the others. */
const MAKERS: readonly (readonly [number, Maker])[] = [
  [
    24,
    (dice) => ({
      do: 'place',
      who: dice.chance(0.08) ? null : share(dice),
      total: dice.int(1, 60_000),
      daysAgo: dice.chance(0.15) ? dice.int(1, 500) : 0,
      kind: dice.chance(0.8) ? 'plain' : dice.pick(['test', 'unpaid', 'free']),
    }),
  ],
  [6, (dice) => ({ do: 'edit', which: share(dice), total: dice.int(0, 60_000) })],
  [8, (dice) => ({ do: 'refund', which: share(dice), share: dice.pick([0.2, 0.5, 1]) })],
  [5, which('cancel')],
  [3, which('delete-order')],
  [3, which('pay')],
  [5, () => ({ do: 'add-customer' })],
  [3, who('rename')],
  [2, who('delete-customer')],
  [2, who('redact')],
  [2, who('subscribe')],
  [4, (dice) => ({ do: 'merge', who: share(dice), into: share(dice) })],
  [3, (dice) => ({ do: 'foreign-tag', who: share(dice), tag: share(dice) })],
  [3, (dice) => ({ do: 'tag-by-hand', who: share(dice), tag: share(dice) })],
  [3, (dice) => ({ do: 'untag-by-hand', who: share(dice), tag: share(dice) })],
  [1, (dice) => ({ do: 'currency', currency: dice.pick(CURRENCIES) })],
  [1, (dice) => ({ do: 'zone', timeZone: dice.pick(ZONES) })],
  [1.5, plainly('uninstall')],
  [4, plainly('open-app')],
  [1.5, plainly('scope-away')],
  [2, plainly('scope-back')],
  [3, (dice) => ({ do: 'write-back', wish: dice.chance(0.75) ? 'on' : 'off' })],
  [1, (dice) => ({ do: 'count-zero', count: dice.chance(0.5) })],
  [1, (dice) => ({ do: 'window', days: dice.pick([null, 90, 365]) })],
  [3, (dice) => ({ do: 'unsubscribe', who: share(dice) })],
  [5, (dice) => ({ do: 'use-code', who: share(dice), stranger: dice.chance(0.15) })],
  [0.7, (dice) => ({ do: 'delete-discount', which: share(dice) })],
  [
    5,
    (dice) => ({
      do: 'launch',
      holdOut: dice.pick([0.1, 0.3, 0.5]),
      manual: dice.chance(0.3),
      email: dice.chance(0.5),
    }),
  ],
  [3, (dice) => ({ do: 'move', which: share(dice), move: dice.pick(['pause', 'resume', 'stop']) })],
  [3, (dice) => ({ do: 'approve', which: share(dice) })],
  [6, plainly('kill')],
  [3, plainly('steal-lease')],
  [5, (dice) => ({ do: 'stall', others: dice.int(1, 30) })],
  [3, plainly('cut-database')],
  [1, () => ({ do: 'restart-database' })],
  [2, () => ({ do: 'restart-worker' })],
  [2, (dice) => ({ do: 'host-clock', wrongBy: dice.pick([0, -86_400_000, 3_600_000, 90_000_000]) })],
  [8, (dice) => ({ do: 'trouble', action: dice.pick(TROUBLES), nth: dice.int(1, 6) })],
  [
    3,
    (dice) => ({
      do: 'delivery',
      lost: dice.pick([0, 0.1, 0.5, 1]),
      doubled: dice.pick([0, 0.3, 1]),
      late: dice.pick([0, 0.3, 1]),
      burst: dice.chance(0.2),
    }),
  ],
  [2, (dice) => ({ do: 'toxics', of: dice.pick(['shopify', 'database'] as const), what: dice.pick(TOXICS) })],
];
const WEIGHT = MAKERS.reduce((sum, [weight]) => sum + weight, 0);

/** The lines of a round: the same seed always gives the same ones. */
export function scriptOf(seed: number, lines: number, shops: number): Line[] {
  const dice = randomSource(seed * 7919 + 17);
  // A campaign in each round, once its shop is scored: by chance alone many rounds would have none.
  const launch: Line = {
    after: 7200,
    shop: seed % shops,
    do: 'launch',
    holdOut: 0.3,
    manual: false,
    email: seed % 3 === 0,
  };
  const rest = Array.from({ length: lines }, (): Line[] => {
    const shop = dice.int(0, shops - 1);
    const deed = anyDeed(dice);
    const when = dice.chance(0.55)
      ? { steps: dice.int(1, 40) }
      : { after: dice.chance(0.25) ? dice.int(DAY / 4, 2 * DAY) : dice.int(1, 7200) };
    const line = { ...when, shop, ...deed };
    // A bad line slows everything down: it gets better after a while.
    return deed.do === 'toxics' ? [line, { steps: 40, shop, ...deed, what: 'none' }] : [line];
  }).flat();
  return [launch, ...rest];
}

function anyDeed(dice: RandomSource): Deed {
  let place = dice.next() * WEIGHT;
  for (const [weight, make] of MAKERS) {
    place -= weight;
    if (place < 0) return make(dice);
  }
  return { do: 'add-customer' };
}

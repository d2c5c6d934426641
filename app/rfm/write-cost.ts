import type { PlannedWrite, WriteKind } from './write-plan.ts';

/** What is sent in one kind of call. */
export type Channel = 'tags-add' | 'tags-remove' | 'metafields-set' | 'metafields-delete';

export const CHANNELS: readonly Channel[] = [
  'metafields-set',
  'metafields-delete',
  'tags-remove',
  'tags-add',
];

/**
 * What is sent before what: whoever reacts to a tag reads its metafields, and a customer at Shopify's limit of tags
 * has room for the new one only when the old one is gone. A stage begins when the one before it has ended.
 */
export const STAGES: readonly (readonly Channel[])[] = [
  ['metafields-set', 'metafields-delete'],
  ['tags-remove'],
  ['tags-add'],
];

/** A plan in numbers, gathered customer by customer. */
export type PlanTotals = {
  /** Customers with at least one write. */
  customers: number;
  byKind: Record<WriteKind, number>;
  /** API calls per channel: a call per customer for tags, a call per 25 metafields. */
  calls: Record<Channel, number>;
  /** Points all calls cost when none is sent in bulk: the least the plan can cost. */
  points: number;
};

/** Points of any mutation, tagsAdd, tagsRemove, metafieldsSet and metafieldsDelete alike (Shopify's flat price). */
const POINTS_PER_CALL = 10;

/** Most metafields in one metafieldsSet or metafieldsDelete, and so in one line of a bulk file. */
export const METAFIELDS_PER_CALL = 25;

/** Bulk mutations of one app that may run at a time in a shop, from API version 2026-01. */
export const BULK_OPERATIONS = 5;

/**
 * Lines a bulk mutation works off in a second. Assumed: Shopify publishes no figure; careful reports lie between 10
 * and 50.
 */
export const BULK_LINES_PER_SECOND = 10;

/** Seconds a bulk mutation takes beside its lines: upload, queue, polling, reading the result. Assumed. */
export const BULK_OVERHEAD_SECONDS = 60;

/** Adds up plans: call `add` once per customer. */
export function createPlanTotals(): {
  add: (writes: readonly PlannedWrite[]) => void;
  finish: () => PlanTotals;
} {
  const byKind: Record<WriteKind, number> = {
    'tag-add': 0,
    'tag-remove': 0,
    'segment-set': 0,
    'profile-set': 0,
    'segment-delete': 0,
    'profile-delete': 0,
  };
  let customers = 0;
  let removing = 0;
  let adding = 0;
  return {
    add: (writes) => {
      if (writes.length > 0) customers += 1;
      for (const { kind } of writes) byKind[kind] += 1;
      if (writes.some(({ kind }) => kind === 'tag-remove')) removing += 1;
      if (writes.some(({ kind }) => kind === 'tag-add')) adding += 1;
    },
    finish: () => {
      const packed = (metafields: number): number => Math.ceil(metafields / METAFIELDS_PER_CALL);
      const calls: Record<Channel, number> = {
        'metafields-set': packed(byKind['segment-set'] + byKind['profile-set']),
        'metafields-delete': packed(byKind['segment-delete'] + byKind['profile-delete']),
        'tags-remove': removing,
        'tags-add': adding,
      };
      return { customers, byKind, calls, points: pointsOf(CHANNELS, calls) };
    },
  };
}

/** A shop's allowance: points that come back per second, and points there now. */
type Allowance = { restoreRate: number; available: number };

/** How each channel is sent. `bulk` holds the number of operations its lines are split over. */
export type Transport = {
  /** Channels sent call by call, in this order. */
  direct: Channel[];
  bulk: Partial<Record<Channel, number>>;
  /** Predicted seconds until the last write: stage after stage, in each direct calls and bulk operations side by side. */
  seconds: number;
};

/** Seconds until the last of these points could be spent: those there now cost no time. */
export function directSeconds(points: number, { restoreRate, available }: Allowance): number {
  return Math.max(0, points - available) / restoreRate;
}

/** Seconds of `lines` split over `operations` bulk mutations that run at the same time. */
export function bulkSeconds(lines: number, operations: number): number {
  return BULK_OVERHEAD_SECONDS + Math.ceil(lines / operations) / BULK_LINES_PER_SECOND;
}

/** Points of asking Shopify what one customer's metafields are now. */
const POINTS_PER_LOOK = 3;

/**
 * How an undo is sent: metafields call by call, since each is looked at before it is written, and tags, which end the
 * same whatever is there, the fastest way. `points` are of all calls and looks.
 * @param lookedAt customers with a metafield to write
 */
export function undoTransport(
  { calls, points }: Pick<PlanTotals, 'calls' | 'points'>,
  lookedAt: number,
  { restoreRate, available }: Allowance,
): Transport & { points: number } {
  const looks = lookedAt * POINTS_PER_LOOK;
  const fields: Channel[] = (['metafields-set', 'metafields-delete'] as const).filter((c) => calls[c] > 0);
  const spent = pointsOf(fields, calls) + looks;
  const tags = chooseTransport(
    { ...calls, 'metafields-set': 0, 'metafields-delete': 0 },
    { restoreRate, available: Math.max(0, available - spent) },
  );
  return {
    direct: [...fields, ...tags.direct],
    bulk: tags.bulk,
    seconds: directSeconds(spent, { restoreRate, available }) + tags.seconds,
    points: points + looks,
  };
}

/** The fastest way to send a plan, stage by stage; direct calls where bulk would not end sooner. */
export function chooseTransport(
  calls: PlanTotals['calls'],
  { restoreRate, available }: Allowance,
): Transport {
  const whole: Transport = { direct: [], bulk: {}, seconds: 0 };
  let left = available;
  for (const stage of STAGES) {
    const part = fastest(
      stage.filter((channel) => calls[channel] > 0),
      calls,
      { restoreRate, available: left },
    );
    whole.direct.push(...part.direct);
    Object.assign(whole.bulk, part.bulk);
    whole.seconds += part.seconds;
    left = Math.max(0, left - pointsOf(part.direct, calls));
  }
  return whole;
}

function fastest(used: readonly Channel[], calls: PlanTotals['calls'], allowance: Allowance): Transport {
  let best: Transport | null = null;
  for (let choice = 0; choice < 2 ** used.length; choice += 1) {
    const direct = used.filter((_, place) => (choice & (1 << place)) === 0);
    const bulk = shareOperations(
      used.filter((channel) => !direct.includes(channel)),
      calls,
    );
    const waits = Object.entries(bulk).map(([channel, operations]) =>
      bulkSeconds(calls[channel as Channel], operations),
    );
    const seconds = Math.max(directSeconds(pointsOf(direct, calls), allowance), ...waits);
    if (best === null || seconds < best.seconds) best = { direct, bulk, seconds };
  }
  return best as Transport;
}

function pointsOf(channels: readonly Channel[], calls: PlanTotals['calls']): number {
  return channels.reduce((sum, channel) => sum + calls[channel] * POINTS_PER_CALL, 0);
}

// One operation for each channel, the rest where most lines wait for one operation.
function shareOperations(channels: Channel[], calls: PlanTotals['calls']): Partial<Record<Channel, number>> {
  const shares = new Map(channels.map((channel) => [channel, 1]));
  const waiting = (channel: Channel): number => calls[channel] / (shares.get(channel) ?? 1);
  for (let left = BULK_OPERATIONS - channels.length; left > 0 && channels.length > 0; left -= 1) {
    const longest = channels.reduce((a, b) => (waiting(b) > waiting(a) ? b : a));
    shares.set(longest, (shares.get(longest) ?? 1) + 1);
  }
  return Object.fromEntries(shares);
}

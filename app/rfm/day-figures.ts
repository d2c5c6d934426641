import { parseDay, formatDay, type Day } from './calendar.ts';
import { NO_DAY } from './customer-stats.ts';
import type { RunSummary } from './run-summary.ts';

/** What is kept of a day to be compared with later ones, as of its end and over the shop's window. */
export type DayFigures = {
  scored: number;
  oneTime: number;
  /** Counted orders of those who are scored, and their amounts in minor units. */
  orders: number;
  monetary: number;
  /** Customers of the value tier high. */
  highTier: number;
  /** Who bought again within the purchase cycle, of all with a counted order, and by which cycle; not known of every day. */
  again?: { cycle: string; customers: number; of: number };
};

/** The figures of a day out of the summary of everyone at its end. */
export function dayFigures({ scored, oneTime, orders, monetary, tiers }: RunSummary): DayFigures {
  return { scored, oneTime, orders, monetary, highTier: tiers.high };
}

/** What can be read off a day. Money in minor units; shares are parts of one; null where there is nobody to measure. */
const READINGS = {
  scored: { unit: 'count', of: ({ scored }: DayFigures): number | null => scored },
  money: { unit: 'money', of: ({ monetary }: DayFigures): number | null => monetary },
  repeat: {
    unit: 'share',
    of: ({ scored, oneTime }: DayFigures): number | null => (scored === 0 ? null : 1 - oneTime / scored),
  },
  'average-order': {
    unit: 'money',
    of: ({ orders, monetary }: DayFigures): number | null =>
      orders === 0 ? null : Math.round(monetary / orders),
  },
  again: {
    unit: 'share',
    of: ({ again }: DayFigures): number | null =>
      again === undefined || again.of === 0 ? null : again.customers / again.of,
  },
  'high-tier': { unit: 'count', of: ({ highTier }: DayFigures): number | null => highTier },
} as const satisfies Record<
  string,
  { unit: 'count' | 'money' | 'share'; of: (figures: DayFigures) => number | null }
>;

export type Reading = keyof typeof READINGS;
export type Unit = (typeof READINGS)[Reading]['unit'];

/** The headline figures of Home, in their order. */
export const METRICS = ['scored', 'money', 'repeat', 'average-order'] as const satisfies readonly Reading[];

/** What a shop may set itself a target for, in the order of Home. */
export const GOALS = ['again', 'average-order', 'high-tier'] as const satisfies readonly Reading[];
export type Goal = (typeof GOALS)[number];

/** In which unit a reading is. */
export function unitOf(reading: Reading): Unit {
  return READINGS[reading].unit;
}

/** A reading of a day. */
export function readingOf(reading: Reading, figures: DayFigures): number | null {
  return READINGS[reading].of(figures);
}

/** Days between a figure and the one it is held against. */
export const BEFORE_DAYS = 30;
/** Ends of months a trend goes back. */
const MONTHS = 12;

/** The earlier days that Home looks back on. */
export type LookBack = {
  /** The day figures are held against, null when the shop had no order by then. */
  before: Day | null;
  /** The ends of the months before the present one, earliest first. */
  months: Day[];
};

/** The days to look back on from `asOf`: none before the first order that counts. */
export function lookBack(asOf: Day, firstOrderDay: Day): LookBack {
  if (firstOrderDay === NO_DAY) return { before: null, months: [] };
  const months: Day[] = [];
  for (let end = endBefore(asOf); months.length < MONTHS && end >= firstOrderDay; end = endBefore(end)) {
    months.unshift(end);
  }
  const before = asOf - BEFORE_DAYS;
  return { before: before >= firstOrderDay ? before : null, months };
}

/** The last day of the month before the one `day` lies in. */
function endBefore(day: Day): Day {
  return parseDay(`${formatDay(day).slice(0, 8)}01`) - 1;
}

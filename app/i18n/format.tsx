import { createContext, useContext, useMemo, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { formatDay, type Day } from '#app/rfm/calendar.ts';
import { minorUnitDigits } from '#app/rfm/money.ts';

/** What numbers, money and days of a shop are printed with. Null before Shopify told us about the shop. */
export type ShopUnits = { currency: string | null; timeZone: string | null };

const Units = createContext<ShopUnits>({ currency: null, timeZone: null });

/** Gives the currency and the time zone of the shop to every number, amount and day below it. */
export function ShopUnitsProvider({ units, children }: { units: ShopUnits; children: ReactNode }) {
  return <Units.Provider value={units}>{children}</Units.Provider>;
}

/** Printers for the shop at hand in the language at hand. Server and browser print the same. */
export function useFormat() {
  const { i18n } = useTranslation();
  const { currency, timeZone } = useContext(Units);
  return useMemo(
    () => keptFormatters(i18n.language, currency ?? 'XXX', timeZone ?? 'UTC'),
    [i18n, currency, timeZone],
  );
}

/** How many sets of printers are kept: a browser needs one, a server those of the shops that look at the moment. */
const KEPT = 50;
const kept = new Map<string, ReturnType<typeof formatters>>();

/**
 * The same set again for every component of a page and every page of a shop: to make one takes a thousand times as long
 * as to print a number with it. A list of fifty rows, each of which made its own, was rendered in 360 ms instead of 130.
 */
function keptFormatters(locale: string, currency: string, timeZone: string): ReturnType<typeof formatters> {
  const key = `${locale} ${currency} ${timeZone}`;
  const found = kept.get(key) ?? formatters(locale, currency, timeZone);
  // Those that were used last stand last.
  kept.delete(key);
  kept.set(key, found);
  const [oldest] = kept.keys();
  if (kept.size > KEPT && oldest !== undefined) kept.delete(oldest);
  return found;
}

/** The printers behind useFormat. */
function formatters(locale: string, currency: string, timeZone: string) {
  const whole = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 });
  const share = new Intl.NumberFormat(locale, {
    style: 'percent',
    minimumFractionDigits: 1,
    maximumFractionDigits: 1,
  });
  const none = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 0 }).format(0);
  const wholeChange = new Intl.NumberFormat(locale, { maximumFractionDigits: 0, signDisplay: 'exceptZero' });
  const pointsChange = new Intl.NumberFormat(locale, {
    minimumFractionDigits: 1,
    maximumFractionDigits: 1,
    signDisplay: 'exceptZero',
  });
  const points = new Intl.NumberFormat(locale, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
  const factor = new Intl.NumberFormat(locale, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
  const scale = 10 ** minorUnitDigits(currency);
  const wholeMoney = new Intl.NumberFormat(locale, { style: 'currency', currency, maximumFractionDigits: 0 });
  const compactMoney = new Intl.NumberFormat(locale, {
    style: 'currency',
    currency,
    notation: 'compact',
    maximumFractionDigits: 1,
  });
  const dayOnly = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeZone: 'UTC' });
  const clock = new Intl.DateTimeFormat(locale, {
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    timeZone,
  });
  const list = new Intl.ListFormat(locale, { type: 'conjunction', style: 'narrow' });
  const dayOfInstant = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeZone });
  const exactMoney = new Map<string, Intl.NumberFormat>();
  const exactly = (of: string): Intl.NumberFormat => {
    const format = exactMoney.get(of) ?? exact(locale, of);
    exactMoney.set(of, format);
    return format;
  };
  return {
    /** A count: 12,430. */
    count: (n: number) => whole.format(n),
    /** How a count changed: +12. */
    countChange: (n: number) => wholeChange.format(n),
    /** How a part of one changed, in percentage points: -1.2. */
    pointsChange: (part: number) => pointsChange.format(part * 100),
    /** By how many percentage points parts of one differ, without a sign: 1.2. */
    points: (part: number) => points.format(Math.abs(part) * 100),
    /** How many times as much: 1.4. */
    times: (n: number) => factor.format(n),
    /** A part of one as a percentage; below one in a thousand it says so instead of rounding to nothing. */
    share: (part: number) => {
      if (part === 0) return none;
      return part < 0.001 ? `< ${share.format(0.001)}` : share.format(part);
    },
    /** An amount in minor units, to the last unit; of the shop's currency unless another is named. */
    money: (minor: number, of = currency) => exactly(of).format(minor / 10 ** minorUnitDigits(of)),
    /** An amount in whole units, for tables of sums. */
    wholeMoney: (minor: number) => wholeMoney.format(minor / scale),
    /** An amount for a small cell: £1.2M. */
    compactMoney: (minor: number) =>
      (Math.abs(minor) < 1000 * scale ? wholeMoney : compactMoney).format(minor / scale),
    /** A calendar day of the shop. */
    day: (day: Day) => dayOnly.format(Date.parse(`${formatDay(day)}T00:00:00Z`)),
    /** Several things after one another: E-mail, SMS. */
    list: (parts: readonly string[]) => list.format(parts),
    /** The time of an instant in the shop's zone: 14:02. */
    time: (instant: number) => clock.format(instant),
    /** The calendar day of an instant in the shop's zone. */
    dayOf: (instant: number) => dayOfInstant.format(instant),
  };
}

// Intl's own number of decimals differs from what Shopify keeps for a few currencies.
function exact(locale: string, currency: string): Intl.NumberFormat {
  const digits = minorUnitDigits(currency);
  return new Intl.NumberFormat(locale, {
    style: 'currency',
    currency,
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
}

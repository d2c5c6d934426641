import { parseArgs } from 'node:util';
import { parseDay } from '#app/rfm/calendar.ts';
import { PLANS } from './store.ts';

/** What the demo was asked to do. */
export type DemoOptions = {
  readonly orders: string | null;
  /** YYYY-MM-DD. */
  readonly asOf: string | null;
  readonly timeZone: string;
  readonly once: boolean;
  readonly export: string | null;
  readonly customers: number;
  readonly seed: number;
  readonly timeScale: number;
  readonly port: number;
  readonly plan: keyof typeof PLANS;
};

/** @throws Error naming the option and what it takes */
export function readDemoOptions(args: readonly string[]): DemoOptions {
  const given = parsed(args);
  const once = given.once === true;
  const number = (
    name: 'customers' | 'seed' | 'time-scale' | 'port',
    fallback: number,
    low: number,
    high: number,
  ) => {
    const value = given[name] === undefined ? fallback : Number(given[name]);
    const whole = name === 'time-scale' || Number.isInteger(value);
    if (!whole || !(value >= low && value <= high)) {
      throw new Error(`--${name} takes a number from ${low} to ${high}, not "${given[name]}"`);
    }
    return value;
  };
  if (given.export !== undefined && !once) throw new Error('--export goes with --once');
  if (given['as-of'] !== undefined)
    check('as-of', 'a day such as 2011-12-10', () => parseDay(given['as-of'] ?? ''));
  const timeZone = given.tz ?? 'UTC';
  check('tz', 'an IANA zone such as Europe/London', () => new Intl.DateTimeFormat('en', { timeZone }));
  const plan = given.plan ?? 'standard';
  if (!isPlan(plan)) throw new Error(`--plan takes ${Object.keys(PLANS).join(', ')}, not "${plan}"`);
  return {
    orders: given.orders ?? null,
    asOf: given['as-of'] ?? null,
    timeZone,
    once,
    export: given.export ?? null,
    customers: number('customers', 2400, 20, 1_000_000),
    seed: number('seed', 20, 0, Number.MAX_SAFE_INTEGER),
    timeScale: number('time-scale', once ? 100 : 20, 0.1, 10_000),
    port: number('port', once ? 0 : 4400, 0, 65_535),
    plan,
  };
}

function parsed(args: readonly string[]) {
  const text = { type: 'string' } as const;
  try {
    return parseArgs({
      args: [...args],
      options: {
        orders: text,
        'as-of': text,
        tz: text,
        once: { type: 'boolean' },
        export: text,
        customers: text,
        seed: text,
        'time-scale': text,
        port: text,
        plan: text,
      },
    }).values;
  } catch (error) {
    throw new Error(error instanceof Error ? error.message : String(error), { cause: error });
  }
}

function check(name: string, takes: string, attempt: () => unknown): void {
  try {
    attempt();
  } catch {
    throw new Error(`--${name} takes ${takes}`);
  }
}

function isPlan(name: string): name is keyof typeof PLANS {
  return name in PLANS;
}

import { FIRST_SCORES } from './demo-watch.ts';
import type { ShopProgress } from '#app/progress.server.ts';
import type { Call } from './call-log.ts';

/** Root fields by which anything is written to a customer; a staged upload precedes a bulk mutation. */
const WRITES = new Set([
  'tagsAdd',
  'tagsRemove',
  'metafieldsSet',
  'metafieldsDelete',
  'stagedUploadsCreate',
  'bulkOperationRunMutation',
]);
const METHODS: Readonly<Record<string, string>> = {
  'all-customers': 'among all customers',
  'repeat-customers': 'among repeat customers',
};

/** The calls that wrote something. */
export function writingCalls(calls: readonly Call[]): Call[] {
  return calls.filter((call) => call.kind === 'upload' || call.fields.some((field) => WRITES.has(field)));
}

/** What was read, scored and written, as lines. */
export function summaryLines(
  progress: ShopProgress,
  calls: readonly Call[],
  spent: ReadonlyMap<string, number>,
): string[] {
  const { run, writeBack } = progress;
  if (run === null) return ['Nothing was scored.'];
  const told = (phase: string, ms: number): string => `${phase} ${(ms / 1000).toFixed(1)}`;
  const phases = [...spent].filter(([phase]) => phase !== FIRST_SCORES);
  const seconds = phases.map(([phase, ms]) => told(phase, ms)).join(', ');
  const soon = spent.get(FIRST_SCORES);
  const writing = writingCalls(calls);
  const points = (some: readonly Call[]) => count(some.reduce((sum, call) => sum + call.actual, 0));
  const asked = calls.filter((call) => call.kind === 'graphql');
  const throttled = asked.filter((call) => call.throttled).length;
  return [
    line('Orders', `${count(run.orders.read)} read, ${count(run.orders.counted)} counted`),
    line('Left out', counts(run.orders.leftOut)),
    line('Customers', `${count(run.scored)} scored; unscored: ${counts(run.unscored)}`),
    line('Frequency', METHODS[run.frequencyMethod] ?? run.frequencyMethod),
    ...run.segments.map(({ segment, customers }, i) =>
      line(i === 0 ? 'Segments' : '', `${segment.padEnd(20)}${count(customers).padStart(9)}`),
    ),
    line(
      'Writes',
      writeBack === null
        ? 'none yet: the merchant decides'
        : `${count(writeBack.done)} done, ${count(writeBack.failed)} failed, in ${count(writing.length)} calls`,
    ),
    line('API points', `${points(writing)} for writes, ${points(calls)} in all`),
    line('Throttled', `${count(throttled)} of ${count(asked.length)} answers`),
    line('Seconds', soon === undefined ? seconds : `${seconds}; ${told(FIRST_SCORES, soon)}`),
  ];
}

function counts(byReason: Readonly<Record<string, number>>): string {
  const named = Object.entries(byReason).map(([reason, n]) => `${count(n)} ${reason}`);
  return named.length === 0 ? 'none' : named.join(', ');
}

function count(n: number): string {
  return n.toLocaleString('en');
}

function line(name: string, text: string): string {
  return `${name.padEnd(12)}${text}`;
}

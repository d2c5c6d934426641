import { layOutBoth } from './lay-out.server.ts';
import { fallenValuable } from '#app/models/movers.server.ts';
import { scoreHistory, storedMoves } from '#app/models/moves.server.ts';
import type { TwoDays } from '#app/models/moved-customers.ts';
import { currentScheme } from '#app/models/scheme-in-force.server.ts';
import { comparedDays } from '#app/rfm/compared-days.ts';

/** How many of the valuable customers who fell stand on the page itself. */
const FALLEN = 50;

/** Which days an address asks for, and whether they can be compared. */
export async function readDays(shopId: number, asked: URLSearchParams) {
  const history = await scoreHistory(shopId);
  if (history === null) return { kind: 'no-run' } as const;
  const wanted = { from: asked.get('from'), to: asked.get('to') };
  const days = comparedDays(wanted, history);
  if (days.kind === 'one-day') return { kind: 'one-day', history } as const;
  if (days.kind === 'refused') return { kind: 'refused', history, wanted, problems: days } as const;
  return { kind: 'moves', history, days: { from: days.from, to: days.to } } as const;
}

/** Who moved between two days: each change after the first of them is read, which takes a second of a year. */
export async function readMoves(shopId: number, days: TwoDays) {
  const scheme = await currentScheme(shopId);
  const [moves, fallen] = await Promise.all([
    storedMoves(shopId, scheme, days),
    fallenValuable(shopId, scheme, days, { sort: 'monetary', cursor: null, limit: FALLEN }),
  ]);
  const moved = moves.edges.filter(({ before, after }) => before !== after);
  return {
    moves,
    fallen,
    layouts: { moved: layOutBoth(scheme, moved), all: layOutBoth(scheme, moves.edges) },
  };
}

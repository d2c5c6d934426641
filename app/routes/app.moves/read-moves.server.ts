import { layOutBoth } from './lay-out.server.ts';
import { fallenValuable } from '#app/models/movers.server.ts';
import { scoreHistory, storedMoves } from '#app/models/moves.server.ts';
import { currentScheme } from '#app/models/scheme-in-force.server.ts';
import { comparedDays } from '#app/rfm/compared-days.ts';

/** How many of the valuable customers who fell stand on the page itself. */
const FALLEN = 50;

/** Whether the chart shows who stayed, too. */
export type Shown = 'moved' | 'all';

/** What the page shows for the days an address asks for. */
export async function readMoves(shopId: number, asked: URLSearchParams) {
  const shown: Shown = asked.get('show') === 'all' ? 'all' : 'moved';
  const history = await scoreHistory(shopId);
  if (history === null) return { kind: 'no-run' } as const;
  const wanted = { from: asked.get('from'), to: asked.get('to') };
  const days = comparedDays(wanted, history);
  if (days.kind === 'one-day') return { kind: 'one-day', history } as const;
  if (days.kind === 'refused') return { kind: 'refused', history, wanted, problems: days } as const;
  const scheme = await currentScheme(shopId);
  const [moves, fallen] = await Promise.all([
    storedMoves(shopId, scheme, days),
    fallenValuable(shopId, scheme, days, { sort: 'monetary', cursor: null, limit: FALLEN }),
  ]);
  const drawn = moves.edges.filter(({ before, after }) => shown === 'all' || before !== after);
  return { kind: 'moves', history, days, shown, moves, fallen, layout: layOutBoth(scheme, drawn) } as const;
}

import { MEMBER_SORTS } from '#app/components/members-table.tsx';
import { edgeMovers, fallenValuable } from '#app/models/movers.server.ts';
import { scoreHistory } from '#app/models/moves.server.ts';
import { currentScheme } from '#app/models/scheme-in-force.server.ts';
import { comparedDays } from '#app/rfm/compared-days.ts';
import { placeNamed } from '#app/rfm/moves.ts';

const PAGE = 50;

/** The customers an address asks for: those behind one move, or the valuable ones who fell. Null when it names none. */
export async function readMovers(shopId: number, asked: URLSearchParams) {
  const scheme = await currentScheme(shopId);
  const [before, after] = [placeNamed(scheme, asked.get('before')), placeNamed(scheme, asked.get('after'))];
  const fallen = asked.get('fell') === 'valuable';
  // Nobody counts who is unscored on both days.
  const edge =
    fallen || before === undefined || after === undefined || (before === null && after === null)
      ? null
      : { before, after };
  if (edge === null && !fallen) return null;
  const history = await scoreHistory(shopId);
  if (history === null) return null;
  const days = comparedDays({ from: asked.get('from'), to: asked.get('to') }, history);
  if (days.kind !== 'days') return null;
  const sort = MEMBER_SORTS.find((one) => one === asked.get('sort')) ?? 'monetary';
  const reading = { sort, cursor: asked.get('cursor'), limit: PAGE };
  const page = await (edge === null
    ? fallenValuable(shopId, scheme, days, reading)
    : edgeMovers(shopId, days, edge, reading));
  return { days, history, edge, sort, page };
}

import type { HomeChoices } from '#app/models/home-choices.server.ts';
import { fallenValuable } from '#app/models/movers.server.ts';
import { scoreHistory } from '#app/models/moves.server.ts';
import type { ScoreRun } from '#app/models/scores.server.ts';
import type { Day } from '#app/rfm/calendar.ts';
import { schemeOf } from '#app/rfm/schemes.ts';

/** How many valuable customers fell lately; null while the history is of one day only. */
export type Slipping = {
  days: { from: Day; to: Day };
  fell: number;
  /** Valuable customers now. */
  valuable: number;
  /** The percentage of them from which on Home warns. */
  percent: number;
  warns: boolean;
} | null;

/** Counts the valuable customers whose segment got worse within the days the merchant chose. */
export async function readSlipping(
  shopId: number,
  { summary, scheme }: ScoreRun,
  { slippingDays, slippingPercent: percent }: HomeChoices,
): Promise<Slipping> {
  const history = await scoreHistory(shopId);
  if (history === null || history.first >= history.last) return null;
  const days = { from: Math.max(history.first, history.last - slippingDays), to: history.last };
  const { total: fell } = await fallenValuable(shopId, schemeOf(scheme), days, {
    sort: 'monetary',
    cursor: null,
    limit: 1,
  });
  const { valuable } = summary;
  return { days, fell, valuable, percent, warns: fell > 0 && fell * 100 >= percent * valuable };
}

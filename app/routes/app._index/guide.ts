import type { HomeChoices } from '#app/models/home-choices.server.ts';
import type { ScoreRun } from '#app/models/scores.server.ts';
import { chosenCycle, type Settings } from '#app/models/settings.server.ts';
import type { ShopProgress } from '#app/progress.server.ts';
import { suggestCycle } from '#app/rfm/purchase-cycle.ts';
import { atRiskSegments, schemeOf } from '#app/rfm/schemes.ts';

/** What the steps of the guide are told from. */
type GuideFacts = {
  run: Pick<ScoreRun, 'summary' | 'orderCounts' | 'scheme'>;
  settings: Settings;
  writeBack: ShopProgress['writeBack'];
  choices: HomeChoices;
  /** how many campaigns the shop has, drafts as well */
  campaigns: number;
};

type Step = {
  name: string;
  /** The shop's own number in its words, and what that is of. */
  number: (facts: GuideFacts) => { n: number; of: number };
  done: (facts: GuideFacts) => boolean;
};

/** Customers of the at-risk list, of those who are scored. */
function awayIn({ run: { summary, scheme } }: GuideFacts): { n: number; of: number } {
  const segments = atRiskSegments(schemeOf(scheme));
  const n = summary.segments
    .filter(({ segment }) => segments.includes(segment))
    .reduce((sum, { customers }) => sum + customers, 0);
  return { n, of: summary.scored };
}

/** The steps, in their order. Each is done by what it asks for, and not by ticking it off. */
const STEPS = [
  {
    name: 'orders',
    number: ({ run: { orderCounts } }) => ({
      n: orderCounts.read - orderCounts.counted,
      of: orderCounts.read,
    }),
    done: ({ choices }) => choices.guideDone.includes('orders'),
  },
  {
    name: 'usual-gap',
    // Days; none where too few came back to say.
    number: ({ run: { summary } }) => {
      const suggested = suggestCycle(summary.gaps);
      return suggested.kind === 'days'
        ? { n: suggested.length, of: suggested.customers }
        : { n: 0, of: summary.scored };
    },
    done: ({ settings }) => chosenCycle(settings) !== null,
  },
  {
    name: 'at-risk',
    number: (facts) => awayIn(facts),
    done: ({ choices }) => choices.guideDone.includes('at-risk'),
  },
  {
    name: 'write',
    number: ({ run: { summary } }) => ({ n: summary.scored, of: summary.scored }),
    done: ({ settings, writeBack }) =>
      settings.writeBack === 'on' && writeBack?.state === 'done' && !writeBack.cleanUp,
  },
  {
    name: 'campaign',
    number: (facts) => awayIn(facts),
    done: ({ campaigns }) => campaigns > 0,
  },
] as const satisfies readonly Step[];

/** A step as the page shows it. */
export type GuideStep = { name: (typeof STEPS)[number]['name']; done: boolean; n: number; of: number };

/** Every step with the shop's number and whether it is done; nobody can be met where the scheme has no at-risk list. */
export function guideSteps(facts: GuideFacts): GuideStep[] {
  const nobody = atRiskSegments(schemeOf(facts.run.scheme)).length === 0;
  const steps = STEPS.filter(({ name }) => (name !== 'at-risk' && name !== 'campaign') || !nobody);
  return steps.map(({ name, number, done }) => ({ name, done: done(facts), ...number(facts) }));
}

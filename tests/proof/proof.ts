import { parseArgs } from 'node:util';
import { randomSource } from '#tests/fake-shopify/generator-random.ts';
import { lapsedShoppers } from './shoppers.ts';
import { simulateCampaign, type CampaignRules, type Outcome } from './simulated-campaign.ts';

const { values } = parseArgs({
  options: { campaigns: { type: 'string', default: '1000' }, seed: { type: 'string', default: '1' } },
});
const campaigns = Number(values.campaigns);
const pool = lapsedShoppers(randomSource(Number(values.seed)), 60_000);
console.log(
  `${pool.length} lapsed shoppers of a shop with 60000 customers; ${campaigns} campaigns of each kind`,
);

/** Campaigns differ in size, in what is held out, in margin and in the offer, as merchants' do. */
const chosen = <T>(values: readonly T[], k: number): T => values[k % values.length]!;
function rulesOf(k: number, offer: boolean): CampaignRules & { audience: number } {
  return {
    audience: chosen([800, 1_500, 3_000, 6_000], k),
    share: chosen([0.1, 0.2, 0.3, 0.5], Math.floor(k / 4)),
    days: chosen([30, 60], Math.floor(k / 16)),
    margin: chosen([0.35, 0.5, 0.65], k),
    off: offer ? chosen([0.1, 0.15, 0.2], Math.floor(k / 3)) : 0,
  };
}

function run(offer: boolean): Outcome[] {
  return Array.from({ length: campaigns }, (_, k) => {
    const random = randomSource(Number(values.seed) * 1_000_003 + k * 2 + (offer ? 1 : 0));
    const { audience, ...rules } = rulesOf(k, offer);
    const from = random.int(0, pool.length - audience);
    return simulateCampaign(random, pool.slice(from, from + audience), rules);
  });
}

const percent = (count: number, of: number): string => `${((100 * count) / of).toFixed(1)} %`;
const share = (outcomes: readonly Outcome[], is: (outcome: Outcome) => boolean): string =>
  percent(outcomes.filter(is).length, outcomes.length);
const holding = (outcomes: readonly Outcome[], method: keyof Outcome['final']): string => {
  const given = outcomes.filter(({ final }) => final[method] !== null);
  return `${share(given, ({ final }) => final[method] === true)} of ${given.length}`;
};
const withOffer = run(true);
const without = run(false);
const rows: [string, string, string, string][] = [
  ['', 'with an offer', 'without effect', 'aim'],
  ...(['ours', 'welch', 'bootstrap'] as const).map((method): [string, string, string, string] => [
    `final 95 % interval holds the true profit (${method})`,
    holding(withOffer, method),
    holding(without, method),
    method === 'ours' ? '93 to 97 %' : 'to compare',
  ]),
  [
    'interim intervals hold it at every daily look',
    share(withOffer, ({ interim }) => interim),
    share(without, ({ interim }) => interim),
    'at least 95 %',
  ],
  ...(['worked', 'lost-money', 'cannot-tell'] as const).map((verdict): [string, string, string, string] => [
    `said "${verdict}" at some daily look or at the end`,
    share(withOffer, ({ said }) => said === verdict),
    share(without, ({ said }) => said === verdict),
    verdict === 'worked' ? 'without effect at most 5 %' : '',
  ]),
];
for (const row of rows)
  console.log(
    row[0].padEnd(60) +
      row
        .slice(1)
        .map((cell) => cell.padEnd(18))
        .join(''),
  );

import { parseArgs } from 'node:util';
import { randomSource } from '#tests/fake-shopify/generator-random.ts';
import { missed, type Aim } from './aims.ts';
import { lapsedShoppers } from './shoppers.ts';
import { simulateCampaign, type CampaignCourse, type Outcome } from './simulated-campaign.ts';

// Runs campaigns of which the truth is known through the app's own reckoning, and ends with 1 when it is not as sure as it
// says by more than chance allows.
const { values } = parseArgs({
  options: { campaigns: { type: 'string', default: '1000' }, seed: { type: 'string', default: '1' } },
});
const campaigns = Number(values.campaigns);
const pool = lapsedShoppers(randomSource(Number(values.seed)), 60_000);
console.log(
  `${pool.length} lapsed shoppers of a shop with 60000 customers; ${campaigns} campaigns of each kind`,
);

type Kind = Pick<CampaignCourse, 'pullsForward' | 'stopsWhenGood'> & { offer: boolean; joins: boolean };
const PLAIN: Kind = { offer: true, pullsForward: false, joins: false, stopsWhenGood: false };
const KINDS: [string, Kind][] = [
  ['an offer', PLAIN],
  ['an offer that only brings orders forward', { ...PLAIN, pullsForward: true }],
  ['no effect', { ...PLAIN, offer: false }],
  ['an offer, customers join for a month', { ...PLAIN, joins: true }],
  ['the same, stopped when it looks good', { ...PLAIN, joins: true, stopsWhenGood: true }],
  ['no effect, stopped when it looks good', { ...PLAIN, offer: false, joins: true, stopsWhenGood: true }],
];

/** Campaigns differ in size, in what is held out, in margin, tax and the offer, as merchants' do. */
const chosen = <T>(choices: readonly T[], k: number): T => choices[k % choices.length]!;
function courseOf(k: number, { offer, joins, ...kind }: Kind): CampaignCourse & { audience: number } {
  return {
    ...kind,
    audience: chosen([800, 1_500, 3_000, 6_000], k),
    share: chosen([0.1, 0.2, 0.3, 0.5], Math.floor(k / 4)),
    days: chosen([30, 60], Math.floor(k / 16)),
    margin: chosen([0.35, 0.5, 0.65], k),
    off: offer ? chosen([0.1, 0.15, 0.2], Math.floor(k / 3)) : 0,
    tax: chosen([0.19, 0.1, 0], Math.floor(k / 2)),
    taxesIncluded: k % 5 < 3,
    costKnown: k % 7 < 3,
    joinDays: joins ? 30 : 0,
  };
}

function run(place: number, kind: Kind): Outcome[] {
  return Array.from({ length: campaigns }, (_, k) => {
    const random = randomSource(Number(values.seed) * 1_000_003 + k * KINDS.length + place);
    const { audience, ...course } = courseOf(k, kind);
    const from = random.int(0, pool.length - audience);
    return simulateCampaign(random, pool.slice(from, from + audience), course);
  });
}

const aims: Aim[] = [];
const line = (name: string, share: string, aim: string): void =>
  console.log(`  ${name.padEnd(62)}${share.padEnd(20)}${aim}`);
function say(
  name: string,
  of: readonly Outcome[],
  is: (outcome: Outcome) => boolean,
  aim?: Aim['within'],
): void {
  const count = of.filter(is).length;
  const share = of.length === 0 ? 'none' : `${((100 * count) / of.length).toFixed(1)} % of ${of.length}`;
  const told = aim === undefined ? '' : missed({ name, count, of: of.length, within: aim });
  if (aim !== undefined) aims.push({ name, count, of: of.length, within: aim });
  const bounds = aim && `aim ${100 * aim.least} to ${100 * aim.most} %`;
  line(name, share, aim === undefined ? '' : `${bounds}${told ? ', MISSED' : ''}`);
}

for (const [place, [name, kind]] of KINDS.entries()) {
  const outcomes = run(place, kind);
  console.log(`\n${name}`);
  const told = outcomes.filter(({ final }) => final.ours !== null);
  say('final 95 % interval holds the true profit', told, ({ final }) => final.ours === true, {
    least: 0.93,
    // What was stopped early keeps the wider bounds.
    most: kind.stopsWhenGood ? 1 : 0.97,
  });
  for (const method of ['welch', 'bootstrap'] as const) {
    const given = outcomes.filter(({ final }) => final[method] !== null);
    say(`  to compare: ${method}`, given, ({ final }) => final[method] === true);
  }
  if (kind.stopsWhenGood) {
    const early = told.filter(({ endedEarly }) => endedEarly);
    say('of those stopped early it holds', early, ({ final }) => final.ours === true);
  }
  say('interim intervals hold it at every daily look', outcomes, ({ interim }) => interim, {
    least: 0.95,
    most: 1,
  });
  say(
    'said "ahead so far" at some look',
    outcomes,
    ({ ahead }) => ahead,
    kind.offer ? undefined : { least: 0, most: 0.05 },
  );
  say('said "it worked" in the end', outcomes, ({ verdict }) => verdict === 'worked');
  say('said "it lost money" in the end', outcomes, ({ verdict }) => verdict === 'lost-money');
  const nothing = outcomes.filter(({ truth }) => truth <= 0);
  say('said "it worked" of what brought nothing', nothing, ({ verdict }) => verdict === 'worked', {
    least: 0,
    most: 0.05,
  });
}

const off = aims.filter(missed);
console.log(
  off.length === 0
    ? `\nAll ${aims.length} aims are met.`
    : `\nMissed: ${off.map(({ name }) => name).join('; ')}`,
);
process.exitCode = off.length === 0 ? 0 : 1;

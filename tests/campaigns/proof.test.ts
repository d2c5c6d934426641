import { describe, expect, it } from 'vitest';
import { randomSource } from '#tests/fake-shopify/generator-random.ts';
import { lapsedShoppers } from '#tests/proof/shoppers.ts';
import { simulateCampaign, type CampaignCourse } from '#tests/proof/simulated-campaign.ts';

// `npm run proof` does the same with a thousand campaigns and prints the figures.
const CAMPAIGNS = 150;
const pool = lapsedShoppers(randomSource(7), 20_000);

const COURSE = {
  days: 45,
  share: 0.3,
  margin: 0.5,
  pullsForward: false,
  tax: 0.19,
  taxesIncluded: true,
  costKnown: true,
  joinDays: 0,
  stopsWhenGood: false,
};

const campaigns = (off: number, changes: Partial<CampaignCourse> = {}) => {
  return Array.from({ length: CAMPAIGNS }, (_, k) => {
    const random = randomSource(900 + k);
    const from = random.int(0, pool.length - 2_500);
    return simulateCampaign(random, pool.slice(from, from + 2_500), { ...COURSE, off, ...changes });
  });
};
const [withOffer, without] = [campaigns(0.15), campaigns(0)];
const stopped = campaigns(0.15, { joinDays: 30, stopsWhenGood: true });

describe('given shoppers of whom it is known how they answer to an offer', () => {
  it.each([
    ['brings orders', withOffer],
    ['has no effect', without],
    ['brings orders, customers join and somebody stops it when it looks good', stopped],
    ['only brings orders forward', campaigns(0.15, { pullsForward: true })],
  ])('when the offer %s, then the intervals hold the true profit', (_, outcomes) => {
    // Of 150 a sound 95 % interval misses at most 15 in all but 1 of 150 such tests.
    expect(outcomes.filter(({ final }) => final.ours === false).length).toBeLessThanOrEqual(15);
    expect(outcomes.filter(({ interim }) => !interim).length).toBeLessThanOrEqual(15);
  });

  it('when there is no effect, then "ahead" or "worked" is hardly ever said, though somebody looks every day', () => {
    const said = without.filter(({ ahead, verdict }) => ahead || verdict === 'worked');
    expect(said.length).toBeLessThanOrEqual(7);
  });

  it('when the offer brings orders, then many campaigns say that it worked, and none that it lost money', () => {
    const said = withOffer.map(({ verdict }) => verdict);
    expect(said.filter((verdict) => verdict === 'worked').length).toBeGreaterThan(CAMPAIGNS / 4);
    expect(said).not.toContain('lost-money');
    expect(stopped.some(({ endedEarly }) => endedEarly)).toBe(true);
  });
});

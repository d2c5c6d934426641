import { describe, expect, it } from 'vitest';
import { randomSource } from '#tests/fake-shopify/generator-random.ts';
import { lapsedShoppers } from '#tests/proof/shoppers.ts';
import { simulateCampaign } from '#tests/proof/simulated-campaign.ts';

// `npm run proof` does the same with a thousand campaigns and prints the figures.
const CAMPAIGNS = 150;
const pool = lapsedShoppers(randomSource(7), 20_000);

const campaigns = (off: number) => {
  return Array.from({ length: CAMPAIGNS }, (_, k) => {
    const random = randomSource(900 + k);
    const from = random.int(0, pool.length - 2_500);
    const rules = { days: 45, share: 0.3, margin: 0.5, off };
    return simulateCampaign(random, pool.slice(from, from + 2_500), rules);
  });
};
const [withOffer, without] = [campaigns(0.15), campaigns(0)];

describe('given shoppers of whom it is known how they answer to an offer', () => {
  it.each([
    ['brings orders', withOffer],
    ['has no effect', without],
  ])('when the offer %s, then the intervals hold the true profit', (_, outcomes) => {
    // Of 150 a sound 95 % interval misses at most 15 in all but 1 of 150 such tests.
    expect(outcomes.filter(({ final }) => final.ours !== true).length).toBeLessThanOrEqual(15);
    expect(outcomes.filter(({ interim }) => !interim).length).toBeLessThanOrEqual(15);
  });

  it('when there is no effect, then "worked" is hardly ever said, though somebody looks every day', () => {
    expect(without.filter(({ said }) => said === 'worked').length).toBeLessThanOrEqual(7);
  });

  it('when the offer brings orders, then many campaigns say that it worked, and none that it lost money', () => {
    const said = withOffer.map((outcome) => outcome.said);
    expect(said.filter((verdict) => verdict === 'worked').length).toBeGreaterThan(CAMPAIGNS / 4);
    expect(said).not.toContain('lost-money');
  });
});

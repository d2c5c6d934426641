import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { welchInterval, type Side } from '#app/campaigns/money-lift.ts';
import { differenceOfShares } from '#app/campaigns/proportions.ts';
import { treatedNeeded } from '#app/campaigns/sample-size.ts';

const dir = process.env['REFERENCE_DIR'];

type Proportions = {
  kind: 'two_proportions';
  name: string;
  treat: { x: number; n: number };
  control: { x: number; n: number };
  ci95_newcombe_score_hybrid: [number, number];
  published?: { newcombe?: [number, number] };
};
type Welch = {
  kind: 'revenue_per_customer_welch';
  n1: number;
  n2: number;
  mean1: number;
  mean2: number;
  sd1: number;
  sd2: number;
  diff: number;
  ci95: [number, number];
};
type Sizes = {
  kind: 'sample_size';
  rows: {
    p_control: number;
    p_treat: number;
    ratio_control_to_treat: number;
    n_treat_pooled_fleiss: number;
  }[];
};
type Anchor = Proportions | Welch | Sizes;

const anchors: Anchor[] = dir ? JSON.parse(readFileSync(join(dir, 'anchors/lift.json'), 'utf8')) : [];
const ofKind = <K extends Anchor['kind']>(kind: K): Extract<Anchor, { kind: K }>[] =>
  anchors.filter((anchor): anchor is Extract<Anchor, { kind: K }> => anchor.kind === kind);

describe.skipIf(!dir)('published figures of lift (skipped without REFERENCE_DIR)', () => {
  it('given the published numbers of buyers, then the intervals are Newcombe’s', () => {
    const published = ofKind('two_proportions');
    expect(published.length).toBeGreaterThanOrEqual(8);
    for (const { name, treat, control, ci95_newcombe_score_hybrid: ci, published: printed } of published) {
      const one = { did: treat.x, of: treat.n };
      const interval = differenceOfShares(one, { did: control.x, of: control.n }, 0.95);
      expect(interval?.low, name).toBeCloseTo(ci[0], 10);
      expect(interval?.high, name).toBeCloseTo(ci[1], 10);
      if (printed?.newcombe) expect(interval?.low, name).toBeCloseTo(printed.newcombe[0], 4);
    }
  });

  it('given the published revenue, then Welch’s interval is R’s', () => {
    const [anchor] = ofKind('revenue_per_customer_welch');
    if (anchor === undefined) throw new Error('no such anchor');
    const side = (n: number, mean: number, sd: number): Side => ({
      customers: n,
      buyers: n,
      sum: n * mean,
      squares: sd * sd * (n - 1) + n * mean * mean,
    });
    const interval = welchInterval(
      side(anchor.n1, anchor.mean1, anchor.sd1),
      side(anchor.n2, anchor.mean2, anchor.sd2),
      0.95,
    );
    expect(interval?.difference).toBeCloseTo(anchor.diff, 9);
    expect(interval?.low).toBeCloseTo(anchor.ci95[0], 6);
    expect(interval?.high).toBeCloseTo(anchor.ci95[1], 6);
  });

  it('given the published shares, then as many customers are needed as R’s power.prop.test says', () => {
    const [anchor] = ofKind('sample_size');
    expect(anchor?.rows.length).toBe(6);
    for (const row of anchor?.rows ?? []) {
      const needed = treatedNeeded(row.p_control, row.p_treat, row.ratio_control_to_treat);
      expect(needed / row.n_treat_pooled_fleiss).toBeCloseTo(1, 9);
    }
  });
});

import { normalQuantile } from './quantiles.ts';

/** Chance of a false alarm, both ways, and of seeing an effect that is there. */
const ERROR = 0.05;
const POWER = 0.8;

/**
 * How many treated customers it takes to tell a share of `treated` from one of `held`: Fleiss' formula with pooled
 * variance (Fleiss, Levin, Paik 2003, Statistical Methods for Rates and Proportions, 4.2), without continuity
 * correction, which at equal groups is R's power.prop.test. Infinity when they are equal.
 * @param heldPerTreated customers held out for each one treated
 */
export function treatedNeeded(held: number, treated: number, heldPerTreated: number): number {
  const [alpha, beta] = [normalQuantile(1 - ERROR / 2), normalQuantile(POWER)];
  const mean = (treated + heldPerTreated * held) / (1 + heldPerTreated);
  const apart = treated - held;
  const pooled = alpha * Math.sqrt((1 + heldPerTreated) * mean * (1 - mean));
  const single = beta * Math.sqrt(heldPerTreated * treated * (1 - treated) + held * (1 - held));
  return (pooled + single) ** 2 / (heldPerTreated * apart * apart);
}

/**
 * The smallest rise of a share that an audience can show with 80 % power: treated customers order at least this much
 * more often. Null when not even everybody's ordering would show.
 * @param audience customers, treated and held out together
 * @param holdOut share of them that is held out, between 0 and 1
 * @param base share of the held-out customers who order
 */
export function smallestRise(audience: number, holdOut: number, base: number): number | null {
  const treated = audience * (1 - holdOut);
  const enough = (rise: number): boolean =>
    treatedNeeded(base, base + rise, holdOut / (1 - holdOut)) <= treated;
  let [low, high] = [0, 1 - base];
  if (treated <= 0 || holdOut <= 0 || !enough(high)) return null;
  while (high - low > 1e-7) {
    const middle = (low + high) / 2;
    if (enough(middle)) high = middle;
    else low = middle;
  }
  return high;
}

/** The smallest difference of money per customer that shows with 80 % power; `deviation` as customers' money varies. */
export function smallestGain(audience: number, holdOut: number, deviation: number): number {
  const z = normalQuantile(1 - ERROR / 2) + normalQuantile(POWER);
  return z * deviation * Math.sqrt(1 / (audience * (1 - holdOut)) + 1 / (audience * holdOut));
}

/** A seeded source of random numbers; the same seed gives the same shop on every machine. */
export type RandomSource = {
  /** Uniform in [0, 1). */
  next(): number;
  /** True with probability `p`. */
  chance(p: number): boolean;
  /** A whole number from `low` to `high`, both included. */
  int(low: number, high: number): number;
  pick<T>(from: readonly T[]): T;
  /** Mean 1 / rate. */
  exponential(rate: number): number;
  /** Mean 0, standard deviation 1. */
  normal(): number;
  /** Mean `shape`, scale 1. */
  gamma(shape: number): number;
  beta(a: number, b: number): number;
};

/** sfc32 (Chris Doty-Humphrey's small fast counting generator), seeded by twelve rounds of itself. */
export function randomSource(seed: number): RandomSource {
  let a = seed >>> 0;
  let b = Math.floor(seed / 2 ** 32) >>> 0;
  let c = 0x9e3779b9;
  let counter = 1;

  function next(): number {
    const t = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + t) | 0;
    return (t >>> 0) / 2 ** 32;
  }
  for (let round = 0; round < 12; round += 1) next();

  function normal(): number {
    return Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
  }

  /** Marsaglia and Tsang 2000; shapes below 1 by their boost. */
  function gamma(shape: number): number {
    if (shape < 1) return gamma(shape + 1) * (1 - next()) ** (1 / shape);
    const d = shape - 1 / 3;
    for (;;) {
      const x = normal();
      const v = (1 + x / Math.sqrt(9 * d)) ** 3;
      if (v > 0 && Math.log(1 - next()) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v;
    }
  }

  return {
    next,
    normal,
    gamma,
    chance: (p) => next() < p,
    int: (low, high) => low + Math.floor(next() * (high - low + 1)),
    pick: (from) => {
      const picked = from[Math.floor(next() * from.length)];
      if (picked === undefined) throw new RangeError('nothing to pick from');
      return picked;
    },
    exponential: (rate) => -Math.log(1 - next()) / rate,
    beta: (x, y) => {
      const gx = gamma(x);
      return gx / (gx + gamma(y));
    },
  };
}

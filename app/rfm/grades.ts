type Grade = 'A' | 'B' | 'C' | 'D' | 'E';

const GRADES: readonly Grade[] = ['A', 'B', 'C', 'D', 'E'];

/**
 * A to E for the scores 5 to 1.
 * @throws RangeError when the score is not 1 to 5
 */
export function grade(score: number): Grade {
  const letter = GRADES[5 - score];
  if (!letter) throw new RangeError(`no grade for score ${score}`);
  return letter;
}

export type ValueTier = 'high' | 'medium' | 'low';

/** Whether a monetary score is that of a valuable customer. */
export function isValuable(m: number): boolean {
  return m >= 4;
}

/** R+F+M of 12–15 is high, 8–11 medium, 3–7 low. */
export function valueTier(r: number, f: number, m: number): ValueTier {
  const sum = r + f + m;
  if (sum >= 12) return 'high';
  return sum >= 8 ? 'medium' : 'low';
}

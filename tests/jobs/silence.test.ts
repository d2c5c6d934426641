import { describe, expect, it } from 'vitest';
import { isSilent } from '#app/jobs/silence.ts';

const HOUR = 3_600_000;
/** A Monday, 00:00 UTC. */
const MONDAY = Date.UTC(2026, 10, 16);

/** Orders an hour by day (8 to 20 o'clock) and by night. */
const usual = (byDay: number, byNight: number): number[] =>
  Array.from({ length: 168 }, (_, hour) => (hour % 24 >= 8 && hour % 24 < 20 ? byDay : byNight));

describe('silence alarm', () => {
  it('given a busy shop, when nothing came for ten times the usual gap, then it is silent, and not before', () => {
    const noon = MONDAY + 12 * HOUR;
    expect(isSilent(usual(20, 20), noon, noon + 0.49 * HOUR)).toBe(false);
    expect(isSilent(usual(20, 20), noon, noon + 0.51 * HOUR)).toBe(true);
  });

  it('given a shop that sleeps at night, when nothing comes at night, then it is not silent', () => {
    const evening = MONDAY + 20 * HOUR;
    expect(isSilent(usual(20, 0.1), evening, evening + 12 * HOUR)).toBe(false);
    expect(isSilent(usual(20, 0.1), evening, evening + 12.6 * HOUR)).toBe(true);
  });

  it('given a quiet shop, when it hears nothing for days, then it is silent once ten orders are missing', () => {
    expect(isSilent(usual(0.1, 0.1), MONDAY, MONDAY + 99 * HOUR)).toBe(false);
    expect(isSilent(usual(0.1, 0.1), MONDAY, MONDAY + 101 * HOUR)).toBe(true);
  });

  it('given a shop without orders, then it never is', () => {
    expect(isSilent(usual(0, 0), MONDAY, MONDAY + 1_000_000 * HOUR)).toBe(false);
  });
});

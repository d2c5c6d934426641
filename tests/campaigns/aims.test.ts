import { expect, it } from 'vitest';
import { missed } from '#tests/proof/aims.ts';

const of = (count: number, least: number, most: number) =>
  missed({ name: 'aim', count, of: 1_000, within: { least, most } });

it('given a thousand campaigns, then an aim is missed by what chance does not bring, on either side', () => {
  expect(of(950, 0.93, 0.97)).toBe(false);
  expect(of(912, 0.93, 0.97)).toBe(false);
  expect(of(905, 0.93, 0.97)).toBe(true);
  expect(of(990, 0.93, 0.97)).toBe(true);
  expect(of(67, 0, 0.05)).toBe(false);
  expect(of(69, 0, 0.05)).toBe(true);
  expect(missed({ name: 'of none', count: 0, of: 0, within: { least: 0.9, most: 1 } })).toBe(false);
});

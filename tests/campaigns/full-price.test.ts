import { expect, it } from 'vitest';
import { waitsForCodes } from '#app/campaigns/full-price.ts';

it.each([
  [{ orders: 2, fullPrice: 0 }, false],
  [{ orders: 3, fullPrice: 1 }, true],
  [{ orders: 3, fullPrice: 2 }, false],
  [{ orders: 10, fullPrice: 3 }, true],
  [{ orders: 10, fullPrice: 4 }, false],
])('given %o, then whether the customer seems to wait for discounts is %s', (paid, waits) => {
  expect(waitsForCodes(paid)).toBe(waits);
});

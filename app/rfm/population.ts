/** Whom somebody orders for: themselves, a company, or both. */
export type Population = 'b2c' | 'b2b' | 'mixed';

/** To which population somebody with these orders belongs; null without any whose buyer is known. */
export function populationOf(orders: readonly { company: boolean }[]): Population | null {
  if (orders.length === 0) return null;
  const companies = orders.filter(({ company }) => company).length;
  if (companies === 0) return 'b2c';
  return companies === orders.length ? 'b2b' : 'mixed';
}

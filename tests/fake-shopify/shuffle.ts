/** The same things in another order, the same for the same count. */
export function shuffled<T>(things: readonly T[]): T[] {
  const mixed = [...things];
  let seed = mixed.length + 1;
  for (let last = mixed.length - 1; last > 0; last--) {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
    const other = Math.floor((seed / 2 ** 32) * (last + 1));
    [mixed[last], mixed[other]] = [mixed[other] as T, mixed[last] as T];
  }
  return mixed;
}

/**
 * An id or an amount as the app uses it.
 * @throws RangeError beyond ±(2^53 − 1)
 */
export function toNumber(value: bigint): number {
  const number = Number(value);
  if (!Number.isSafeInteger(number)) throw new RangeError('A stored number is too large to be exact');
  return number;
}

/** Epoch milliseconds of a stored instant, null stays null. */
export function toInstant(value: Date): number;
export function toInstant(value: Date | null): number | null;
export function toInstant(value: Date | null): number | null {
  return value === null ? null : value.getTime();
}

/** A stored instant of epoch milliseconds; null and undefined (leave unchanged) pass through. */
export function fromInstant(value: number): Date;
export function fromInstant(value: number | undefined): Date | undefined;
export function fromInstant(value: number | null | undefined): Date | null | undefined;
export function fromInstant(value: number | null | undefined): Date | null | undefined {
  return typeof value === 'number' ? new Date(value) : value;
}

/** A row as the app names its columns, without the shop's id, which whoever asked has. */
export function camelRow<T>({ shop_id: _shopId, ...row }: object & { shop_id?: unknown }): T {
  const entries = Object.entries(row).map(([column, value]) => [
    column.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()),
    value,
  ]);
  return Object.fromEntries(entries) as T;
}

/** The patch without the keys that were not given, so that Prisma leaves those columns alone. */
export function given<T extends object>(patch: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>;
  };
}

/** Ids as an SQL literal, for COPY, which takes no parameters. */
export function idList(ids: readonly number[]): string {
  return `'{${ids.map(Number).join()}}'::int8[]`;
}

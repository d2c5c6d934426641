const DAY_MS = 86_400_000;

/** Rows as a JSON array of objects, for batches so small that COPY is not worth its messages. */
export class JsonRows {
  readonly #columns: readonly string[];
  readonly #rows: Record<string, unknown>[] = [];
  #place = 0;

  /** @param columns names of the values in the order in which they come */
  constructor(columns: readonly string[]) {
    this.#columns = columns;
  }

  /** The finished rows. */
  finish(): string {
    return JSON.stringify(this.#rows);
  }

  row(): void {
    this.#rows.push({});
    this.#place = 0;
  }

  null(): void {
    this.#add(null);
  }

  /** @param value a safe integer; NaN writes null */
  int8(value: number): void {
    this.#add(value);
  }

  int4(value: number): void {
    this.#add(value);
  }

  int2(value: number): void {
    this.#add(value);
  }

  bool(value: boolean): void {
    this.#add(value);
  }

  /** @param ms epoch milliseconds; NaN writes null */
  instant(ms: number): void {
    this.#add(Number.isNaN(ms) ? null : new Date(ms).toISOString());
  }

  /** @param day days since 1970-01-01 */
  day(day: number): void {
    this.#add(new Date(day * DAY_MS).toISOString());
  }

  text(value: string | null): void {
    // PostgreSQL's text holds no NUL.
    this.#add(value?.replaceAll('\0', '\uFFFD') ?? null);
  }

  textArray(values: readonly string[]): void {
    this.#add(values.map((value) => value.replaceAll('\0', '\uFFFD')));
  }

  /** @param values safe integers; NaN writes null */
  int8Array(values: ArrayLike<number>): void {
    this.#add(Array.from(values));
  }

  int4Array(values: ArrayLike<number>): void {
    this.#add(Array.from(values));
  }

  #add(value: unknown): void {
    const row = this.#rows.at(-1);
    if (row !== undefined) row[this.#columns[this.#place++] ?? ''] = value;
  }
}

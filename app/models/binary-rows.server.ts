/** The first bytes of PostgreSQL's binary COPY format: signature, no flags, no header extension. */
const HEADER = Buffer.from('PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0', 'latin1');
const TWO_32 = 0x1_0000_0000;
/** Milliseconds from 1970-01-01 to 2000-01-01, where PostgreSQL's clock begins, and the same in days. */
const EPOCH_MS = 946_684_800_000;
const EPOCH_DAYS = 10_957;
const INT8 = 20;
const INT4 = 23;
const TEXT = 25;

/**
 * Rows in PostgreSQL's binary COPY format, written into one Buffer that is used again after `clear`. Every
 * row begins with `row(fields)` and then has exactly that many values.
 */
export class BinaryRows {
  #buffer = Buffer.allocUnsafe(1 << 18);
  #end = HEADER.copy(this.#buffer);

  clear(): void {
    this.#end = HEADER.length;
  }

  /** The finished rows; they stay valid until the next `clear`. */
  finish(): Buffer {
    this.#int2(-1);
    return this.#buffer.subarray(0, this.#end);
  }

  row(fields: number): void {
    this.#int2(fields);
  }

  null(): void {
    this.#int4(-1);
  }

  /** @param value a safe integer; NaN writes null */
  int8(value: number): void {
    if (Number.isNaN(value)) return this.null();
    this.#int4(8);
    this.#int8(value);
  }

  int4(value: number): void {
    this.#int4(4);
    this.#int4(value);
  }

  int2(value: number): void {
    this.#int4(2);
    this.#int2(value);
  }

  bool(value: boolean): void {
    this.#int4(1);
    this.#buffer[this.#end++] = value ? 1 : 0;
  }

  /** @param ms epoch milliseconds; NaN writes null */
  instant(ms: number): void {
    if (Number.isNaN(ms)) return this.null();
    this.#int4(8);
    this.#int8((ms - EPOCH_MS) * 1000);
  }

  /** @param day days since 1970-01-01 */
  day(day: number): void {
    this.int4(day - EPOCH_DAYS);
  }

  text(value: string | null): void {
    if (value === null) return this.null();
    // Room for the longest encoding of it: three bytes a code unit.
    this.#reserve(4 + value.length * 3);
    const at = this.#end;
    const clean = value.includes('\0') ? value.replaceAll('\0', '\uFFFD') : value;
    this.#end += 4 + this.#buffer.write(clean, at + 4, 'utf8');
    this.#buffer.writeInt32BE(this.#end - at - 4, at);
  }

  textArray(values: readonly string[]): void {
    this.#array(TEXT, values, (value) => this.text(value));
  }

  /** @param values safe integers; NaN writes null */
  int8Array(values: ArrayLike<number>): void {
    this.#array(INT8, values, (value) => this.int8(value));
  }

  int4Array(values: ArrayLike<number>): void {
    this.#array(INT4, values, (value) => this.int4(value));
  }

  #array<T>(type: number, values: ArrayLike<T>, write: (value: T) => void): void {
    this.#reserve(24);
    const at = this.#end;
    this.#end += 4;
    this.#int4(values.length === 0 ? 0 : 1);
    // The flag that nulls may be among them; PostgreSQL looks for itself.
    this.#int4(0);
    this.#int4(type);
    if (values.length > 0) {
      this.#int4(values.length);
      // The index of the first element; PostgreSQL's arrays begin at 1.
      this.#int4(1);
      for (let i = 0; i < values.length; i += 1) write(values[i] as T);
    }
    this.#buffer.writeInt32BE(this.#end - at - 4, at);
  }

  // Every write asks for more room than any fixed-size value with its length needs.
  #reserve(bytes: number): void {
    if (this.#end + bytes + 32 <= this.#buffer.length) return;
    const larger = Buffer.allocUnsafe(Math.max(this.#buffer.length * 2, this.#end + bytes + 32));
    this.#buffer.copy(larger, 0, 0, this.#end);
    this.#buffer = larger;
  }

  #int2(value: number): void {
    this.#reserve(2);
    const buffer = this.#buffer;
    buffer[this.#end++] = value >> 8;
    buffer[this.#end++] = value;
  }

  #int4(value: number): void {
    this.#reserve(4);
    const buffer = this.#buffer;
    buffer[this.#end++] = value >> 24;
    buffer[this.#end++] = value >> 16;
    buffer[this.#end++] = value >> 8;
    buffer[this.#end++] = value;
  }

  #int8(value: number): void {
    const high = Math.floor(value / TWO_32);
    this.#int4(high | 0);
    this.#int4((value - high * TWO_32) | 0);
  }
}

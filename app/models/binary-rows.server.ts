/** The first bytes of PostgreSQL's binary COPY format: signature, no flags, no header extension. */
const HEADER = Buffer.from('PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0', 'latin1');
const TWO_32 = 0x1_0000_0000;
/** Milliseconds from 1970-01-01 to 2000-01-01, where PostgreSQL's clock begins, and the same in days. */
const EPOCH_MS = 946_684_800_000;
const EPOCH_DAYS = 10_957;
const INT8 = 20;
const INT4 = 23;
const TEXT = 25;

/** Texts up to this length are first written as if they were ASCII, which is faster than the encoder. */
const SHORT = 24;

/**
 * Rows in PostgreSQL's binary COPY format, written into one Buffer that is used again after `clear`. Every
 * row begins with `row(fields)` and then has exactly that many values.
 */
export class BinaryRows {
  #buffer = Buffer.alloc(0);
  // A DataView writes big-endian numbers in one instruction; Buffer's own methods check and shift.
  #view: DataView = new DataView(new ArrayBuffer(0));
  #end = 0;

  constructor() {
    this.#enlarge(1 << 16);
    this.#end = HEADER.copy(this.#buffer);
  }

  clear(): void {
    this.#end = HEADER.length;
  }

  /** The finished rows; they stay valid until the next `clear`. */
  finish(): Buffer {
    this.row(-1);
    return this.#buffer.subarray(0, this.#end);
  }

  row(fields: number): void {
    this.#reserve(2);
    this.#view.setInt16(this.#end, fields);
    this.#end += 2;
  }

  null(): void {
    this.#reserve(4);
    this.#view.setInt32(this.#end, -1);
    this.#end += 4;
  }

  /** @param value a safe integer; NaN writes null */
  int8(value: number): void {
    // The one value that is not itself.
    if (value !== value) return this.null();
    this.#reserve(12);
    const high = Math.floor(value / TWO_32);
    this.#view.setInt32(this.#end, 8);
    this.#view.setInt32(this.#end + 4, high);
    this.#view.setInt32(this.#end + 8, value - high * TWO_32);
    this.#end += 12;
  }

  int4(value: number): void {
    this.#reserve(8);
    this.#view.setInt32(this.#end, 4);
    this.#view.setInt32(this.#end + 4, value);
    this.#end += 8;
  }

  int2(value: number): void {
    this.#reserve(6);
    this.#view.setInt32(this.#end, 2);
    this.#view.setInt16(this.#end + 4, value);
    this.#end += 6;
  }

  bool(value: boolean): void {
    this.#reserve(5);
    this.#view.setInt32(this.#end, 1);
    this.#view.setUint8(this.#end + 4, value ? 1 : 0);
    this.#end += 5;
  }

  /** @param ms epoch milliseconds; NaN writes null */
  instant(ms: number): void {
    this.int8((ms - EPOCH_MS) * 1000);
  }

  /** @param day days since 1970-01-01 */
  day(day: number): void {
    this.int4(day - EPOCH_DAYS);
  }

  text(value: string | null): void {
    if (value === null) return this.null();
    // Room for the longest encoding of it: three bytes a code unit.
    this.#reserve(4 + value.length * 3);
    const at = this.#end + 4;
    const bytes = value.length <= SHORT && this.#ascii(value, at) ? value.length : this.#utf8(value, at);
    this.#view.setInt32(this.#end, bytes);
    this.#end = at + bytes;
  }

  textArray(values: readonly string[]): void {
    const at = this.#arrayHead(TEXT, values.length);
    for (const value of values) this.text(value);
    this.#view.setInt32(at, this.#end - at - 4);
  }

  /** @param values safe integers; NaN writes null */
  int8Array(values: Float64Array): void {
    const at = this.#arrayHead(INT8, values.length);
    this.#reserve(12 * values.length);
    for (let i = 0; i < values.length; i += 1) this.int8(values[i] as number);
    this.#view.setInt32(at, this.#end - at - 4);
  }

  int4Array(values: Int32Array): void {
    const at = this.#arrayHead(INT4, values.length);
    this.#reserve(8 * values.length);
    for (let i = 0; i < values.length; i += 1) this.int4(values[i] as number);
    this.#view.setInt32(at, this.#end - at - 4);
  }

  /** @returns where the array's length in bytes is to be written */
  #arrayHead(type: number, length: number): number {
    this.#reserve(24);
    const at = this.#end;
    // Dimensions, a flag for nulls that is not looked at, the type; then length and first index of the dimension.
    this.#view.setInt32(at + 4, length === 0 ? 0 : 1);
    this.#view.setInt32(at + 8, 0);
    this.#view.setInt32(at + 12, type);
    this.#end += 16;
    if (length === 0) return at;
    this.#view.setInt32(at + 16, length);
    this.#view.setInt32(at + 20, 1);
    this.#end += 8;
    return at;
  }

  /** False when it is no ASCII, or holds the NUL that PostgreSQL's text cannot. */
  #ascii(value: string, at: number): boolean {
    for (let i = 0; i < value.length; i += 1) {
      const code = value.charCodeAt(i);
      if (code === 0 || code > 127) return false;
      this.#view.setUint8(at + i, code);
    }
    return true;
  }

  #utf8(value: string, at: number): number {
    return this.#buffer.write(value.includes('\0') ? value.replaceAll('\0', '\uFFFD') : value, at, 'utf8');
  }

  #reserve(bytes: number): void {
    if (this.#end + bytes > this.#buffer.length)
      this.#enlarge(Math.max(this.#buffer.length * 2, this.#end + bytes));
  }

  #enlarge(bytes: number): void {
    const larger = Buffer.allocUnsafeSlow(bytes);
    this.#buffer.copy(larger, 0, 0, this.#end);
    this.#buffer = larger;
    this.#view = new DataView(larger.buffer, larger.byteOffset, larger.length);
  }
}

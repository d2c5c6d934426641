const TWO_32 = 0x1_0000_0000;
/** Milliseconds from 1970-01-01 to 2000-01-01, where PostgreSQL's clock begins, and the same in days. */
const EPOCH_MS = 946_684_800_000;
const EPOCH_DAYS = 10_957;

/** The values of one row of a binary COPY, read in the order of the columns. Nulls as each reader says. */
export class BinaryRow {
  #buffer: Buffer = Buffer.alloc(0);
  #view: DataView = new DataView(new ArrayBuffer(0));
  #at = 0;
  readonly #words = new Map<number, string>();

  /** The bytes in which the rows to come lie. */
  within(buffer: Buffer): void {
    this.#buffer = buffer;
    this.#view = new DataView(buffer.buffer, buffer.byteOffset, buffer.length);
  }

  /** Goes to the first value of the row at `at`, behind its field count; false when the trailer is there. */
  point(at: number): boolean {
    this.#at = at + 2;
    return this.#view.getInt16(at) >= 0;
  }

  /** NaN for null */
  int8(): number {
    if (!this.#present()) return Number.NaN;
    this.#at += 8;
    return this.#view.getInt32(this.#at - 8) * TWO_32 + this.#view.getUint32(this.#at - 4);
  }

  /** 0 for null */
  int4(): number {
    if (!this.#present()) return 0;
    this.#at += 4;
    return this.#view.getInt32(this.#at - 4);
  }

  /** 0 for null */
  int2(): number {
    if (!this.#present()) return 0;
    this.#at += 2;
    return this.#view.getInt16(this.#at - 2);
  }

  /** false for null */
  bool(): boolean {
    if (!this.#present()) return false;
    this.#at += 1;
    return this.#view.getUint8(this.#at - 1) === 1;
  }

  /** Epoch milliseconds, NaN for null */
  instant(): number {
    return Math.floor(this.int8() / 1000) + EPOCH_MS;
  }

  /** Days since 1970-01-01, `missing` for null */
  day(missing: number): number {
    if (!this.#present()) return missing;
    this.#at += 4;
    return this.#view.getInt32(this.#at - 4) + EPOCH_DAYS;
  }

  /** An ASCII text of which there are few: each is made once, which spares a string a row. */
  ascii(): string | null {
    const length = this.#length();
    if (length < 0) return null;
    const from = this.#at;
    this.#at += length;
    let hash = length;
    for (let i = from; i < this.#at; i += 1) hash = (Math.imul(hash, 31) + this.#view.getUint8(i)) | 0;
    const known = this.#words.get(hash);
    if (known !== undefined && this.#holds(known, from, length)) return known;
    const word = this.#buffer.toString('latin1', from, this.#at);
    this.#words.set(hash, word);
    return word;
  }

  text(): string | null {
    const length = this.#length();
    if (length < 0) return null;
    this.#at += length;
    return this.#buffer.toString('utf8', this.#at - length, this.#at);
  }

  /** A text array without nulls in it; null for null */
  textArray(): string[] | null {
    if (!this.#present()) return null;
    const dimensions = this.#view.getInt32(this.#at);
    this.#at += 12;
    if (dimensions === 0) return [];
    const count = this.#view.getInt32(this.#at);
    this.#at += 8;
    return Array.from({ length: count }, () => this.text() ?? '');
  }

  #holds(word: string, from: number, length: number): boolean {
    if (word.length !== length) return false;
    for (let i = 0; i < length; i += 1) {
      if (word.charCodeAt(i) !== this.#view.getUint8(from + i)) return false;
    }
    return true;
  }

  #length(): number {
    this.#at += 4;
    return this.#view.getInt32(this.#at - 4);
  }

  #present(): boolean {
    return this.#length() >= 0;
  }
}

import { minorUnitDigits } from '#app/rfm/money.ts';
import type { Template } from './line-template.ts';

/** Texts up to this many bytes are few and repeat (states, channels, vendors): each is decoded once. */
const POOLED_BYTES = 40;
const POOL_SIZE = 4096;

type Currency = { code: string; digits: number };
const currencies = new Map<number, Currency>();
let lastPacked = 0;
let lastCurrency: Currency = { code: '', digits: 0 };

/** The currency of three letters packed into a number. */
export function packedCurrency(packed: number): Currency {
  // A shop has one currency, so this is nearly always the last one again.
  if (packed === lastPacked) return lastCurrency;
  let known = currencies.get(packed);
  if (known === undefined) {
    const code = String.fromCharCode(packed >> 16, (packed >> 8) & 255, packed & 255);
    known = { code, digits: minorUnitDigits(code) };
    currencies.set(packed, known);
  }
  lastPacked = packed;
  lastCurrency = known;
  return known;
}

/** The values of one line, in the slots its template gave them. Texts of a matched line are decoded when asked for. */
export class LineValues {
  readonly numbers: Float64Array;
  /** reused from line to line: copy what must outlive the callback */
  readonly lists: number[][];
  /** a fresh array for each line that has any; never written to afterwards */
  readonly textLists: (readonly string[])[];
  readonly #textStart: Int32Array;
  readonly #textEnd: Int32Array;
  readonly #texts: (string | null)[];
  readonly #pool = new Map<number, { bytes: Buffer; text: string }>();
  #buffer: Buffer = Buffer.alloc(0);

  constructor(template: Template) {
    this.numbers = new Float64Array(template.numbers);
    this.lists = Array.from({ length: template.lists }, () => []);
    this.textLists = Array.from({ length: template.textLists }, () => NO_TEXTS);
    this.#textStart = new Int32Array(template.texts);
    this.#textEnd = new Int32Array(template.texts);
    this.#texts = Array.from({ length: template.texts }, () => null);
  }

  /** Empties every slot for a line in `buffer`. */
  reset(buffer: Buffer): void {
    this.#buffer = buffer;
    // A plain loop beats fill() on so few slots.
    for (let i = 0; i < this.numbers.length; i++) this.numbers[i] = NaN;
    for (let i = 0; i < this.lists.length; i++) this.lists[i]!.length = 0;
    for (let i = 0; i < this.textLists.length; i++) this.textLists[i] = NO_TEXTS;
    for (let i = 0; i < this.#texts.length; i++) {
      this.#texts[i] = null;
      this.#textStart[i] = -1;
    }
  }

  /** Notes that the text of `slot` are the bytes of the JSON string between its quotes. */
  setTextRange(slot: number, start: number, end: number): void {
    this.#textStart[slot] = start;
    this.#textEnd[slot] = end;
  }

  setText(slot: number, text: string | null): void {
    this.#texts[slot] = text;
  }

  text(slot: number): string | null {
    const start = this.#textStart[slot]!;
    return start < 0 ? this.#texts[slot]! : this.decode(start, this.#textEnd[slot]!);
  }

  /** The text of JSON string bytes of the current line. */
  decode(start: number, end: number): string {
    if (end - start > POOLED_BYTES) return decodeBytes(this.#buffer, start, end);
    let hash = end - start;
    for (let i = start; i < end; i++) hash = (Math.imul(hash, 31) + this.#buffer[i]!) | 0;
    const known = this.#pool.get(hash);
    if (known !== undefined && sameBytes(known.bytes, this.#buffer, start, end)) return known.text;
    const text = decodeBytes(this.#buffer, start, end);
    if (this.#pool.size >= POOL_SIZE) this.#pool.clear();
    this.#pool.set(hash, { bytes: Buffer.from(this.#buffer.subarray(start, end)), text });
    return text;
  }
}

const NO_TEXTS: readonly string[] = [];

function sameBytes(known: Buffer, buffer: Buffer, start: number, end: number): boolean {
  if (known.length !== end - start) return false;
  for (let i = 0; i < known.length; i++) if (known[i] !== buffer[start + i]) return false;
  return true;
}

function decodeBytes(buffer: Buffer, start: number, end: number): string {
  const raw = buffer.toString('utf8', start, end);
  if (!raw.includes('\\')) return raw;
  return JSON.parse(`"${raw}"`) as string;
}

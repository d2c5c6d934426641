import { compileTemplate, type LineMatcher } from './line-compiler.ts';
import { readShape } from './line-reader.ts';
import type { Template } from './line-template.ts';
import { LineValues } from './line-values.ts';

const NEWLINE = 10;
const RETURN = 13;
const SPACE = 32;
/** Characters of a bad line that are kept to show it. */
const EXCERPT = 200;

/** A kind of line a file may hold. `take` gets its values, valid until it returns. */
type LineKind = { template: Template; child: boolean; take: (values: LineValues) => void };

/** A line that could not be read. `lineNumber` counts from 1. */
export type MalformedLine = { lineNumber: number; reason: string; excerpt: string };

/** What was read: all lines that are not blank, and those of them that are root objects. */
export type LineCounts = { lines: number; rootLines: number; malformed: number };

/**
 * Reads the lines of a bulk file. A line of the expected bytes is matched without making an object; any
 * other goes through JSON.parse; what neither can read goes to `malformed`, never away.
 */
export class LineScanner {
  readonly counts: LineCounts = { lines: 0, rootLines: 0, malformed: 0 };
  /** Lines of the JSON.parse way so far. */
  reread = 0;
  readonly #kinds: { kind: LineKind; values: LineValues; matchers: LineMatcher[] }[];
  readonly #malformed: (line: MalformedLine) => void;
  #escaped = 0;
  #lineNumber = 0;

  constructor(kinds: LineKind[], malformed: (line: MalformedLine) => void) {
    this.#kinds = kinds.map((kind) => ({
      kind,
      values: new LineValues(kind.template),
      matchers: [compileTemplate(kind.template, true), compileTemplate(kind.template, false)],
    }));
    this.#malformed = malformed;
  }

  /**
   * Reads whole lines from `from` to `to`, each ended by a newline, until `hasRoom` says no. Returns where
   * it stopped: `to`, or the start of the first line not read.
   */
  scan(buffer: Buffer, from: number, to: number, hasRoom: () => boolean): number {
    const bytes = new DataView(buffer.buffer, buffer.byteOffset, buffer.length);
    let pos = from;
    while (pos < to && hasRoom()) {
      this.#lineNumber++;
      const end = this.#match(buffer, bytes, pos);
      pos = end >= 0 ? end : this.#reread(buffer, pos);
    }
    return pos;
  }

  /** Reports a line that was too long to be kept; it counts as one that could not be read. */
  skipTooLong(start: Buffer): void {
    this.#lineNumber++;
    this.counts.lines++;
    this.#report(
      new RangeError('the line is longer than Shopify writes any'),
      start.toString('utf8', 0, EXCERPT),
    );
  }

  /** The position after the line and its newline; −1 when no template fits. */
  #match(buffer: Buffer, bytes: DataView, pos: number): number {
    for (let turn = 0; turn < 2; turn++) {
      const spelling = (this.#escaped + turn) & 1;
      for (let i = 0; i < this.#kinds.length; i++) {
        const { kind, values, matchers } = this.#kinds[i]!;
        let end = matchers[spelling]!(buffer, bytes, pos, values);
        if (end < 0) continue;
        if (buffer[end] === RETURN) end++;
        if (buffer[end] !== NEWLINE) continue;
        this.#escaped = spelling;
        this.#take(kind, values, buffer, pos, end);
        return end + 1;
      }
    }
    return -1;
  }

  #take(kind: LineKind, values: LineValues, buffer: Buffer, from: number, to: number): void {
    this.counts.lines++;
    try {
      kind.take(values);
      if (!kind.child) this.counts.rootLines++;
    } catch (error) {
      this.#report(error, buffer.toString('utf8', from, Math.min(to, from + EXCERPT)));
    }
  }

  #reread(buffer: Buffer, pos: number): number {
    const newline = buffer.indexOf(NEWLINE, pos);
    if (isBlank(buffer, pos, newline)) return newline + 1;
    this.counts.lines++;
    this.reread++;
    const text = buffer.toString('utf8', pos, newline);
    try {
      const line: unknown = JSON.parse(text);
      const child = typeof line === 'object' && line !== null && Object.hasOwn(line, '__parentId');
      const entry = this.#kinds.find(({ kind }) => kind.child === child);
      if (entry === undefined) throw new RangeError('line belongs to no kind of this file');
      entry.values.reset(buffer);
      readShape(entry.kind.template.root, line, entry.values);
      entry.kind.take(entry.values);
      if (!child) this.counts.rootLines++;
    } catch (error) {
      this.#report(error, text.slice(0, EXCERPT));
    }
    return newline + 1;
  }

  #report(error: unknown, excerpt: string): void {
    const reason = error instanceof Error ? error.message : String(error);
    this.counts.malformed++;
    this.#malformed({ lineNumber: this.#lineNumber, reason, excerpt });
  }
}

function isBlank(buffer: Buffer, pos: number, end: number): boolean {
  for (let i = pos; i < end; i++) if (buffer[i]! > SPACE) return false;
  return true;
}

import { endOfText, instantAt, moneyAt, SAFE_DIGITS, spells } from './byte-values.ts';
import { STEP, type LineProgram } from './line-program.ts';
import type { LineValues } from './line-values.ts';

const QUOTE = 34;
const COMMA = 44;
const MINUS = 45;
const ZERO = 48;
const OPEN_LIST = 91;
const CLOSE_LIST = 93;

/**
 * Follows `program` over the bytes from `pos`, filling `values`. Returns the position after the object, or −1
 * when the bytes have any other shape; then nothing is said about whether the line is good.
 */
export function matchLine(program: LineProgram, buffer: Buffer, pos: number, values: LineValues): number {
  const { steps, literals } = program;
  const { numbers } = values;
  for (let pc = 0; ; pc += 4) {
    const a = steps[pc + 1]!;
    switch (steps[pc]) {
      case STEP.end:
        return pos;
      case STEP.literal: {
        const end = a + steps[pc + 2]!;
        for (let i = a; i < end; i++) if (buffer[pos++] !== literals[i]) return -1;
        break;
      }
      case STEP.digits: {
        const start = pos;
        let id = 0;
        for (let d = buffer[pos]! - ZERO; d >= 0 && d <= 9; d = buffer[++pos]! - ZERO) id = id * 10 + d;
        if (pos === start || pos - start > SAFE_DIGITS || buffer[start] === ZERO) return -1;
        numbers[a] = id;
        break;
      }
      case STEP.instant: {
        const instant = instantAt(buffer, pos);
        if (Number.isNaN(instant)) return -1;
        numbers[a] = instant;
        pos += 22;
        break;
      }
      case STEP.boolean:
        if (spells(buffer, pos, 'false')) {
          numbers[a] = 0;
          pos += 5;
        } else if (spells(buffer, pos, 'true')) {
          numbers[a] = 1;
          pos += 4;
        } else return -1;
        break;
      case STEP.integer: {
        const negative = buffer[pos] === MINUS;
        const start = negative ? pos + 1 : pos;
        let value = 0;
        pos = start;
        for (let d = buffer[pos]! - ZERO; d >= 0 && d <= 9; d = buffer[++pos]! - ZERO) value = value * 10 + d;
        if (pos === start || pos - start > SAFE_DIGITS || (buffer[start] === ZERO && pos - start > 1))
          return -1;
        numbers[a] = negative && value !== 0 ? -value : value;
        break;
      }
      case STEP.text: {
        if (spells(buffer, pos, 'null')) {
          pos += 4;
          break;
        }
        if (buffer[pos] !== QUOTE) return -1;
        const end = endOfText(buffer, pos + 1);
        if (end < 0) return -1;
        values.setTextRange(a, pos + 1, end);
        pos = end + 1;
        break;
      }
      case STEP.money:
        pos = moneyAt(buffer, pos, values, a, steps[pc + 2]!);
        if (pos < 0) return -1;
        break;
      case STEP.nullable:
        if (spells(buffer, pos, 'null')) {
          pos += 4;
          pc = a - 4;
        }
        break;
      case STEP.empty:
        if (spells(buffer, pos, '{}')) {
          pos += 2;
          pc = a - 4;
        }
        break;
      case STEP.list:
        if (buffer[pos++] !== OPEN_LIST) return -1;
        if (buffer[pos] === CLOSE_LIST) {
          pos++;
          pc = a - 4;
        }
        break;
      case STEP.item:
        numbers.fill(NaN, a, steps[pc + 2]);
        break;
      case STEP.itemEnd: {
        const kept = values.lists[steps[a + 3]!]!;
        for (let slot = steps[a + 1]!; slot < steps[a + 2]!; slot++) kept.push(numbers[slot]!);
        const separator = buffer[pos++];
        if (separator === COMMA) pc = a - 4;
        else if (separator !== CLOSE_LIST) return -1;
        break;
      }
      default:
        pos = textsAt(buffer, pos, values, a);
        if (pos < 0) return -1;
    }
  }
}

/** Reads a list of strings into text list `list`; returns the position after it, −1 for another shape. */
function textsAt(buffer: Buffer, pos: number, values: LineValues, list: number): number {
  if (buffer[pos++] !== OPEN_LIST) return -1;
  if (buffer[pos] === CLOSE_LIST) return pos + 1;
  const texts: string[] = [];
  for (;;) {
    if (buffer[pos] !== QUOTE) return -1;
    const end = endOfText(buffer, pos + 1);
    if (end < 0) return -1;
    texts.push(values.decode(pos + 1, end));
    pos = end + 2;
    const separator = buffer[end + 1];
    if (separator === CLOSE_LIST) break;
    if (separator !== COMMA) return -1;
  }
  values.textLists[list] = texts;
  return pos;
}

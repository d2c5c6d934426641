import { packedCurrency, type LineValues } from './line-values.ts';

const QUOTE = 34;
const COMMA = 44;
const OPEN_LIST = 91;
const CLOSE_LIST = 93;
const MINUS = 45;
const POINT = 46;
const BACKSLASH = 92;
/** What stands between an amount and its currency. */
const CURRENCY_KEY = new DataView(Uint8Array.from(Buffer.from('","currencyCode":"')).buffer);
const KEY_LENGTH = CURRENCY_KEY.byteLength;
/** 15 digits are always a safe integer. */
export const SAFE_DIGITS = 15;
const MONTH_DAYS = [0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
const DAY_MS = 86_400_000;

/** Two digits at `pos`, or a number so negative that no sum with it is valid. */
function twoDigits(buffer: Buffer, pos: number): number {
  const tens = buffer[pos]! - 48;
  const ones = buffer[pos + 1]! - 48;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : -100_000;
}

/** Epoch milliseconds of the 22 bytes `"YYYY-MM-DDTHH:MM:SSZ"` at `pos`; NaN for any other form or day. */
export function instantAt(buffer: Buffer, pos: number): number {
  const year = twoDigits(buffer, pos + 1) * 100 + twoDigits(buffer, pos + 3);
  const month = twoDigits(buffer, pos + 6);
  const day = twoDigits(buffer, pos + 9);
  const hour = twoDigits(buffer, pos + 12);
  const minute = twoDigits(buffer, pos + 15);
  const second = twoDigits(buffer, pos + 18);
  const framed =
    buffer[pos] === QUOTE &&
    buffer[pos + 5] === MINUS &&
    buffer[pos + 8] === MINUS &&
    buffer[pos + 11] === 84 &&
    buffer[pos + 14] === 58 &&
    buffer[pos + 17] === 58 &&
    buffer[pos + 20] === 90 &&
    buffer[pos + 21] === QUOTE;
  if (!framed || year < 0 || !(month >= 1 && month <= 12) || day < 1) return NaN;
  const leapDay = month === 2 && day === 29 && year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  if (day > MONTH_DAYS[month]! && !leapDay) return NaN;
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59) return NaN;
  // Days from civil (H. Hinnant): the year begins in March, so that the leap day ends it.
  const y = month <= 2 ? year - 1 : year;
  const dayOfYear = (((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) | 0) + day - 1;
  const days = y * 365 + Math.floor(y / 4) - Math.floor(y / 100) + Math.floor(y / 400) + dayOfYear - 719_468;
  return days * DAY_MS + hour * 3_600_000 + minute * 60_000 + second * 1000;
}

/** Bytes that may follow a backslash in a JSON string, beside `u`. */
const ESCAPED = new Set(Buffer.from('"\\/bfnrt'));
const LETTER_U = 117;

/** Where the closing quote of the string whose text begins at `pos` is; −1 when it is no JSON string. */
export function endOfText(buffer: Buffer, pos: number): number {
  for (; ; pos++) {
    const byte = buffer[pos];
    if (byte === QUOTE) return pos;
    if (byte === undefined || byte < 32) return -1;
    if (byte !== BACKSLASH) continue;
    const escape = buffer[++pos]!;
    if (escape === LETTER_U) {
      for (let digit = 0; digit < 4; digit++) if (!isHexDigit(buffer[++pos]!)) return -1;
    } else if (!ESCAPED.has(escape)) return -1;
  }
}

function isHexDigit(byte: number): boolean {
  return (byte >= 48 && byte <= 57) || (byte >= 65 && byte <= 70) || (byte >= 97 && byte <= 102);
}

/**
 * Reads `1.50","currencyCode":"EUR` at `pos` into minor units and a currency. Returns the position after it,
 * −1 for a form that needs rfm/money.ts: an exponent, too many digits, decimals the currency does not have.
 */
export function moneyAt(
  buffer: Buffer,
  bytes: DataView,
  pos: number,
  values: LineValues,
  slot: number,
  currencySlot: number,
): number {
  const negative = buffer[pos] === MINUS;
  if (negative) pos++;
  const start = pos;
  let amount = 0;
  let decimals = -1;
  for (; ; pos++) {
    const byte = buffer[pos]!;
    const digit = byte - 48;
    if (digit >= 0 && digit <= 9) {
      amount = amount * 10 + digit;
      if (decimals >= 0) decimals++;
    } else if (byte === POINT && decimals < 0 && pos > start) decimals = 0;
    else break;
  }
  if (pos === start || pos - start > SAFE_DIGITS || decimals === 0) return -1;
  if (pos + KEY_LENGTH + 3 > bytes.byteLength) return -1;
  for (let i = 0; i < KEY_LENGTH; i += 4) {
    // The last four overlap the ones before: 18 bytes are no multiple of four.
    const at = i + 4 > KEY_LENGTH ? KEY_LENGTH - 4 : i;
    if (bytes.getInt32(pos + at, true) !== CURRENCY_KEY.getInt32(at, true)) return -1;
  }
  pos += KEY_LENGTH;
  const a = buffer[pos]!;
  const b = buffer[pos + 1]!;
  const c = buffer[pos + 2]!;
  if (!(isCapital(a) && isCapital(b) && isCapital(c))) return -1;
  const { code, digits } = packedCurrency((a << 16) | (b << 8) | c);
  for (let missing = digits - Math.max(0, decimals); missing > 0; missing--) amount *= 10;
  for (let extra = Math.max(0, decimals) - digits; extra > 0; extra--) {
    if (amount % 10 !== 0) return -1;
    amount /= 10;
  }
  if (!Number.isSafeInteger(amount)) return -1;
  values.numbers[slot] = negative && amount !== 0 ? -amount : amount;
  values.setText(currencySlot, code);
  return pos + 3;
}

function isCapital(byte: number): boolean {
  return byte >= 65 && byte <= 90;
}

/** Reads a list of strings into text list `list`; returns the position after it, −1 for another shape. */
export function textsAt(buffer: Buffer, pos: number, values: LineValues, list: number): number {
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

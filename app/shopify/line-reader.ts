import { parseMinorUnits } from '#app/rfm/money.ts';
import { parseGid, type GidKind } from './gid.ts';
import type { Shape } from './line-template.ts';
import type { LineValues } from './line-values.ts';

const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/;

/**
 * Reads a parsed line by its template, whatever the order and spelling of its keys. A missing key is read as
 * null; keys the template does not name are ignored.
 * @throws RangeError naming the field that is missing or malformed
 */
export function readShape(shape: Shape, value: unknown, values: LineValues, at = 'line'): void {
  const wrong = (what: string) => new RangeError(`${at} is no ${what}`);
  switch (shape.kind) {
    case 'gid':
      if (typeof value !== 'string') throw wrong('id');
      values.numbers[shape.slot] = parseGid(shape.of as GidKind, value);
      return;
    case 'instant': {
      const instant = typeof value === 'string' && INSTANT.test(value) ? Date.parse(value) : NaN;
      if (Number.isNaN(instant)) throw wrong('instant');
      values.numbers[shape.slot] = instant;
      return;
    }
    case 'boolean':
      if (typeof value !== 'boolean') throw wrong('boolean');
      values.numbers[shape.slot] = value ? 1 : 0;
      return;
    case 'integer':
      if (!Number.isSafeInteger(value)) throw wrong('whole number');
      values.numbers[shape.slot] = value === 0 ? 0 : (value as number);
      return;
    case 'text':
      if (value !== null && value !== undefined && typeof value !== 'string') throw wrong('text');
      values.setText(shape.slot, value ?? null);
      return;
    case 'money':
      readMoney(shape, value, values, at);
      return;
    case 'texts':
      if (!Array.isArray(value) || !value.every((item) => typeof item === 'string'))
        throw wrong('list of texts');
      if (value.length > 0) values.textLists[shape.list] = value;
      return;
    case 'nullable':
      if (value !== null && value !== undefined) readShape(shape.value, value, values, at);
      return;
    case 'list':
      if (!Array.isArray(value)) throw wrong('list');
      for (const item of value) {
        values.numbers.fill(NaN, shape.from, shape.to);
        readShape(shape.item, item, values, at);
        for (let slot = shape.from; slot < shape.to; slot++) {
          values.lists[shape.list]!.push(values.numbers[slot]!);
        }
      }
      return;
    case 'object':
      if (shape.optional && isEmpty(value)) return;
      if (!isRecord(value)) throw wrong('object');
      for (const [name, field] of shape.fields) readShape(field, own(value, name), values, `${at}.${name}`);
  }
}

function readMoney(shape: Extract<Shape, { kind: 'money' }>, value: unknown, values: LineValues, at: string) {
  const amount = isRecord(value) ? own(value, 'amount') : undefined;
  const currency = isRecord(value) ? own(value, 'currencyCode') : undefined;
  if (typeof amount !== 'string' || typeof currency !== 'string' || !/^[A-Z]{3}$/.test(currency)) {
    throw new RangeError(`${at} is no money`);
  }
  values.numbers[shape.slot] = parseMinorUnits(amount, currency);
  values.setText(shape.currency, currency);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isEmpty(value: unknown): boolean {
  return value === null || value === undefined || (isRecord(value) && Object.keys(value).length === 0);
}

function own(record: Record<string, unknown>, name: string): unknown {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}

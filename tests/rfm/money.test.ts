import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatDecimal, minorUnitDigits, parseMinorUnits } from '#app/rfm/money.ts';

const currencies = ['KRW', 'JPY', 'USD', 'EUR', 'KWD', 'BHD', 'CLF'];

describe('money', () => {
  it('B18: currencies keep their own decimals: none for won and yen, three for dinars', () => {
    expect(currencies.map(minorUnitDigits)).toEqual([0, 0, 2, 2, 3, 3, 4]);
    expect(parseMinorUnits('1500.0', 'JPY')).toBe(1500);
    expect(parseMinorUnits('12.5', 'USD')).toBe(1250);
    expect(parseMinorUnits('12.345', 'KWD')).toBe(12_345);
    expect(parseMinorUnits('-0.05', 'EUR')).toBe(-5);
    expect(formatDecimal(-5, 'EUR')).toBe('-0.05');
    expect(formatDecimal(1500, 'KRW')).toBe('1500');
    expect(formatDecimal(7, 'KWD')).toBe('0.007');
    expect(formatDecimal(0, 'USD')).toBe('0.00');
  });

  it('B18: every amount written as a decimal is read back to the same minor units', () => {
    const amount = fc.integer({ min: -(2 ** 52), max: 2 ** 52 });
    fc.assert(
      fc.property(amount, fc.constantFrom(...currencies), (minor, currency) => {
        const text = formatDecimal(minor, currency);
        expect(parseMinorUnits(text, currency)).toBe(minor);
        // Shopify pads amounts with zeros.
        expect(parseMinorUnits(text.includes('.') ? `${text}00` : `${text}.00`, currency)).toBe(minor);
      }),
    );
  });

  it('B18: decimals beyond the minor unit are rounded half away from zero', () => {
    expect(parseMinorUnits('0.5', 'KRW')).toBe(1);
    expect(parseMinorUnits('-0.5', 'KRW')).toBe(-1);
    expect(parseMinorUnits('1999.49', 'JPY')).toBe(1999);
    expect(parseMinorUnits('9.995', 'USD')).toBe(1000);
    expect(parseMinorUnits('-0.0004', 'KWD')).toBe(0);
    const thousandths = fc.integer({ min: 0, max: 10 ** 12 });
    fc.assert(
      fc.property(thousandths, (value) => {
        const read = parseMinorUnits(formatDecimal(value, 'KWD'), 'USD');
        expect(Math.abs(read * 10 - value)).toBeLessThanOrEqual(5);
      }),
    );
  });

  it.each(['', ' 1', '1,000.00', '1e3', '.5', '5.', '+1', '--1', 'NaN', '0x10', '99999999999999999999'])(
    'refuses %j as an amount',
    (text) => {
      expect(() => parseMinorUnits(text, 'USD')).toThrow(RangeError);
    },
  );

  it('says what it refuses and why, and shows no more than the beginning of it', () => {
    const refusal = (text: string): string => {
      try {
        return String(parseMinorUnits(text, 'USD'));
      } catch (error) {
        return (error as Error).message;
      }
    };
    expect(refusal('1,000.00')).toBe('not an amount: "1,000.00"');
    expect(refusal('x'.repeat(60))).toBe(`not an amount: "${'x'.repeat(40)}"`);
    expect(refusal('90071992547409.92')).toBe('amount too large: 90071992547409.92');
    expect(refusal('9'.repeat(60))).toBe(`amount too large: ${'9'.repeat(40)}`);
  });
});

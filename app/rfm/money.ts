// ISO 4217 minor units. Taken from the standard, not from Intl: CLDR gives several currencies (LAK, RSD, UZS …)
// fewer digits than Shopify sends amounts with, and its table changes with the Node version.
const ZERO = 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF';
const THREE = 'BHD IQD JOD KWD LYD OMR TND';
const FOUR = 'CLF UYW';

const DIGITS = new Map<string, number>([
  ...ZERO.split(' ').map((code) => [code, 0] as const),
  ...THREE.split(' ').map((code) => [code, 3] as const),
  ...FOUR.split(' ').map((code) => [code, 4] as const),
]);

/** How many decimals the minor unit of an ISO 4217 currency has: JPY 0, USD 2, KWD 3. Unlisted codes have 2. */
export function minorUnitDigits(currency: string): number {
  return DIGITS.get(currency) ?? 2;
}

const AMOUNT = /^(-?)(\d+)(?:\.(\d+))?$/;

/**
 * Integer minor units of a decimal string as Shopify writes amounts ("12.5", "-0.05", "1500.0").
 * Decimals beyond the currency's minor unit are rounded half away from zero.
 * @throws RangeError when the text is not a plain decimal or the amount is not a safe integer
 */
export function parseMinorUnits(decimal: string, currency: string): number {
  const parts = AMOUNT.exec(decimal);
  if (parts === null) throw new RangeError(`not an amount: ${JSON.stringify(decimal.slice(0, 40))}`);
  const [, sign, whole, fraction = ''] = parts;
  const digits = minorUnitDigits(currency);
  const roundUp = fraction.charAt(digits) >= '5' ? 1 : 0;
  const minor = Number(whole + fraction.slice(0, digits).padEnd(digits, '0')) + roundUp;
  if (!Number.isSafeInteger(minor)) throw new RangeError(`amount too large: ${decimal.slice(0, 40)}`);
  return sign === '-' && minor !== 0 ? -minor : minor;
}

/** The decimal string of `minor` units with all of the currency's decimals: (1250, 'USD') is "12.50". */
export function formatDecimal(minor: number, currency: string): string {
  const digits = minorUnitDigits(currency);
  const sign = minor < 0 ? '-' : '';
  const text = String(Math.abs(minor)).padStart(digits + 1, '0');
  if (digits === 0) return sign + text;
  return `${sign}${text.slice(0, -digits)}.${text.slice(-digits)}`;
}

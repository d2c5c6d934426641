import { createHmac } from 'node:crypto';

/** A hash keyed by the campaign's secret, of the things given: the same for the same things, at any time. */
export function campaignHash(secret: Buffer, ...of: readonly (string | number)[]): Buffer {
  return createHmac('sha256', secret).update(of.join('|')).digest();
}

const TWO_TO_48 = 2 ** 48;

/** A hash as a number from 0 (may be) to 1 (never is). */
export function unitOf(hash: Buffer): number {
  return hash.readUIntBE(0, 6) / TWO_TO_48;
}

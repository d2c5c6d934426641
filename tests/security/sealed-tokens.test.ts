import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sealer } from '#app/shopify/sealed-tokens.ts';

const key = (fill: number) => Buffer.alloc(32, fill).toString('base64');
const OLD = sealer(`k1:${key(1)}`);
const BOTH = sealer(`k2:${key(2)},k1:${key(1)}`);
const NEW = sealer(`k2:${key(2)}`);
const SESSION = 'offline_a.myshopify.com';

describe('C12: a token at rest', () => {
  it('given any token, then it opens for its own session and shows nothing of itself', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 8 }), (token) => {
        const sealed = BOTH.seal(token, SESSION);
        expect(BOTH.open(sealed, SESSION)).toBe(token);
        expect(sealed).not.toContain(token);
        expect(BOTH.seal(token, SESSION)).not.toBe(sealed);
      }),
      { numRuns: 40 },
    );
  });

  it('given a new key in front, then old tokens still open, new ones are sealed with it, and the old key can go', () => {
    const before = OLD.seal('shpat_x', SESSION);
    expect(BOTH.open(before, SESSION)).toBe('shpat_x');
    const after = BOTH.seal('shpat_x', SESSION);
    expect(after.split('.')[0]).toBe('k2');
    expect(NEW.open(after, SESSION)).toBe('shpat_x');
    expect(() => NEW.open(before, SESSION)).toThrow('keep retired keys');
  });

  it.each([`offline_b.myshopify.com`, 'a.myshopify.com_1001', '', 'offline_A.myshopify.com'])(
    'given the row of %j, when a token is moved there, then it does not open',
    (other) => {
      expect(() => BOTH.open(BOTH.seal('shpat_x', SESSION), other)).toThrow();
    },
  );

  it('given any changed character, then it does not open', () => {
    const sealed = BOTH.seal('shpat_0123456789', SESSION);
    const parts = sealed.split('.');
    for (const n of [1, 2, 3]) {
      const bytes = Buffer.from(parts[n] ?? '', 'base64url');
      for (const [i, byte] of bytes.entries()) {
        const changed = Buffer.from(bytes);
        changed[i] = byte ^ 1;
        const forged = parts.with(n, changed.toString('base64url')).join('.');
        expect(() => BOTH.open(forged, SESSION)).toThrow();
      }
    }
    for (const forged of [
      '',
      '...',
      sealed.replace('k2.', 'k1.'),
      sealed.replace('k2.', 'k3.'),
      `${parts[0]}.${parts[1]}..${parts[3]}`,
    ])
      expect(() => BOTH.open(forged, SESSION)).toThrow();
  });

  it('given something without all parts of a seal, then it says that it has none', () => {
    const parts = BOTH.seal('shpat_x', SESSION).split('.');
    for (const n of [0, 1, 2, 3]) {
      expect(() => BOTH.open(parts.slice(0, n).join('.'), SESSION)).toThrow('A stored token has no seal');
    }
    expect(() => BOTH.open([...parts, ''].join('.'), SESSION)).toThrow('A stored token has no seal');
  });

  it('given a tag that is cut short, then it does not open, though what is left of it is right', () => {
    const parts = BOTH.seal('shpat_x', SESSION).split('.');
    const tag = Buffer.from(parts[2] ?? '', 'base64url');
    for (const bytes of [4, 8, 12, 15]) {
      const cut = parts.with(2, tag.subarray(0, bytes).toString('base64url')).join('.');
      expect(() => BOTH.open(cut, SESSION)).toThrow();
    }
  });

  it('given no keys, then nothing is sealed', () => {
    expect(() => sealer('').seal('shpat_x', SESSION)).toThrow();
  });
});

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { campaignHash } from '#app/campaign-hash.server.ts';
import { codeOf, codePrefix } from '#app/campaigns/code.ts';

const bytes = fc.uint8Array({ minLength: 8, maxLength: 32 });

describe('a code', () => {
  it('given known bytes, then it is their first sixty bits in Crockford’s letters', () => {
    // RFC 4648's own example in base 32, letter by letter: "foobarba" is CPNMUOJ1E9H62 in its hexadecimal alphabet.
    const hash = new TextEncoder().encode('foobarba');
    const hex = '0123456789ABCDEFGHIJKLMNOPQRSTUV';
    const crockford = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
    const expected = [...'CPNMUOJ1E9H6'].map((letter) => crockford[hex.indexOf(letter)]).join('');
    expect(codeOf('BACK', hash)).toBe(`BACK-${expected}`);
  });

  it('X7: given any hash, then it is the same each time, in capitals and without letters that look alike', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z0-9][a-z0-9-]{0,58}$/), bytes, (name, hash) => {
        const prefix = codePrefix(`${name}.myshopify.com`);
        const code = codeOf(prefix, hash);
        expect(code).toBe(codeOf(prefix, new Uint8Array(hash)));
        expect(code).toMatch(/^[A-Z0-9]{1,8}-[0-9ABCDEFGHJKMNPQRSTVWXYZ]{12}$/);
        expect(code).toBe(code.toUpperCase());
      }),
    );
  });

  it('given a shop, then its codes begin with its own name and say nothing of the campaign', () => {
    expect(['blue-barn.myshopify.com', 'x1.myshopify.com', '--.myshopify.com'].map(codePrefix)).toEqual([
      'BLUEBARN',
      'X1',
      'BACK',
    ]);
  });

  it('X7: given hashes that differ in any of the first sixty bits, then the codes differ', () => {
    fc.assert(
      fc.property(bytes, fc.nat(59), (hash, bit) => {
        const other = new Uint8Array(hash);
        other[bit >> 3] = (other[bit >> 3] as number) ^ (128 >> (bit & 7));
        expect(codeOf('BACK', other)).not.toBe(codeOf('BACK', hash));
      }),
    );
  });

  it('X7: given 200,000 customers, steps and campaigns, then no two codes are the same', () => {
    const codes = new Set<string>();
    for (const secret of ['a', 'b']) {
      for (let step = 0; step < 2; step += 1) {
        for (let customer = 1; customer <= 50_000; customer += 1) {
          codes.add(codeOf('BACK', campaignHash(Buffer.from(secret), 1, 7, step, customer, 1)));
        }
      }
    }
    expect(codes.size).toBe(200_000);
  });
});

// Crockford's: no I, L, O and U, which are read as 1, 1, 0 and V.
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
/** Letters after the hyphen: 60 bits, so that a million codes of a shop meet once in two million shops. */
const LETTERS = 12;
const LONGEST_PREFIX = 8;

/**
 * What a shop's codes begin with: the beginning of its name at Shopify, in capitals. Nothing of the campaign, which staff
 * name in words that are not for customers.
 * @param domain the one that ends in .myshopify.com
 */
export function codePrefix(domain: string): string {
  const name = domain.slice(0, domain.indexOf('.')).replaceAll(/[^a-z0-9]/gi, '');
  return (name.toUpperCase() || 'BACK').slice(0, LONGEST_PREFIX);
}

/**
 * A code that nobody can guess: the same hash gives the same code at any time, so that one that may have been made is
 * never made a second time. In capitals, since Shopify does not tell cases apart.
 * @param hash at least eight bytes of a keyed hash
 */
export function codeOf(prefix: string, hash: Uint8Array): string {
  let bits = 0;
  let value = 0;
  let next = 0;
  let letters = '';
  while (letters.length < LETTERS) {
    if (bits < 5) {
      value = ((value & 31) << 8) | (hash[next++] as number);
      bits += 8;
    }
    bits -= 5;
    letters += ALPHABET.charAt((value >> bits) & 31);
  }
  return `${prefix}-${letters}`;
}

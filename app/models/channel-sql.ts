import { CHANNEL_NAMES } from '#app/rfm/preferences.ts';

/** What JavaScript's trim takes away at the ends of a text. */
const BLANKS =
  '\t\n\v\f\r \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a' +
  '\u2028\u2029\u202f\u205f\u3000\ufeff';

/**
 * The channel of an order, SQL, null = not known: as rfm/preferences channelOf has it, made from the same names. They
 * are ASCII, and so are the letters that become small ones, whatever the language of the database is.
 * @param attribution SQL, as is sourceName
 */
export function channelSql(attribution: string, sourceName: string): string {
  const named = (text: string): string => `nullif(btrim(${text}, '${BLANKS}'), '')`;
  const name = `coalesce(${named(attribution)}, ${named(sourceName)})`;
  const known = Object.entries(CHANNEL_NAMES).map(([one, channel]) => `when '${one}' then '${channel}'`);
  return `case lower(${name} collate "C") ${known.join(' ')} else ${name} end`;
}

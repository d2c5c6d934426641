import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { sqlInShop } from '#app/db.server.ts';
import { channelSql } from '#app/models/channel-sql.ts';
import { CHANNEL_NAMES, channelOf } from '#app/rfm/preferences.ts';
import { testDatabase, testShop } from '#tests/support/database.ts';

testDatabase();

const BLANKS = [
  ' ',
  '\t',
  '\n',
  '\r',
  '\v',
  '\f',
  '\u00a0',
  '\u2003',
  '\u3000',
  '\ufeff',
  '\u200b',
  '\u0085',
];
const known = fc
  .constantFrom(...Object.keys(CHANNEL_NAMES), ...Object.values(CHANNEL_NAMES), 'constructor', '__proto__')
  .chain((name) =>
    // In any case, with letters that become the same small ones in some languages, and those that do not.
    fc
      .array(fc.constantFrom('small', 'capital', 'turkish'), {
        minLength: name.length,
        maxLength: name.length,
      })
      .map((cases) =>
        [...name]
          .map((letter, i) => {
            if (cases[i] === 'turkish' && letter === 'i') return '\u0130';
            return cases[i] === 'small' ? letter : letter.toUpperCase();
          })
          .join(''),
      ),
  );
const blank = fc.array(fc.constantFrom(...BLANKS), { maxLength: 2 }).map((some) => some.join(''));
const text = fc.option(
  fc
    .tuple(blank, fc.oneof(known, fc.string({ unit: 'grapheme', maxLength: 8 }), fc.constant('')), blank)
    .map((parts) => parts.join('').replaceAll('\0', '')),
);

it('given any texts of where an order came from, then the database tells the same channel as the pages', async () => {
  const { id } = await testShop();
  await sqlInShop(id, (client) =>
    fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(text, text), { minLength: 1, maxLength: 50 }), async (orders) => {
        const { rows } = await client.query<{ channel: string | null }>(
          `select ${channelSql('attribution', 'source_name')} as channel
           from unnest($1::text[], $2::text[]) with ordinality o (attribution, source_name, place) order by place`,
          [orders.map(([attribution]) => attribution), orders.map(([, sourceName]) => sourceName)],
        );
        expect(rows.map(({ channel }) => channel)).toEqual(orders.map((order) => channelOf(...order)));
      }),
    ),
  );
});

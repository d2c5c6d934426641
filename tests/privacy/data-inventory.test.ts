import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { inventory, inWords, readSchema } from '../../prisma/data-inventory.ts';

it('the data inventory says what the schema says: generate it anew with `node prisma/data-inventory.ts`', () => {
  for (const [path, text] of Object.entries(inventory(readSchema()))) {
    expect([path, readFileSync(path, 'utf8')]).toEqual([path, text]);
  }
});

it('every table is in it with every column, and a retention nobody explained is refused', () => {
  const schema = readFileSync('prisma/schema.prisma', 'utf8');
  const tables = readSchema();
  expect(tables.map(({ name }) => name)).toEqual(
    [...schema.matchAll(/@@map\("(\w+)"\)/g)].map(([, name]) => name),
  );
  expect(tables.flatMap(({ columns }) => columns)).toHaveLength(
    [...schema.matchAll(/\/\/\/ level=/g)].length,
  );
  expect(() => inWords('for a while')).toThrow('"for a while" has no words');
});

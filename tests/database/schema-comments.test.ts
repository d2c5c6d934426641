import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const COMMENT = /^\/\/\/ level=(0|1|2|secret) purpose=[^;=]+ retention=[^;=]+(;.*)?$/;

it('every stored column says how protected it is, what it is for and how long it is kept', () => {
  const unexplained: string[] = [];
  let columns = 0;
  let model: string | null = null;
  let above = '';
  for (const raw of readFileSync('prisma/schema.prisma', 'utf8').split('\n')) {
    const line = raw.trim();
    const opened = /^model (\w+) \{/.exec(line);
    if (opened) model = opened[1] ?? null;
    else if (line === '}') model = null;
    else if (model !== null && /^[a-z]\w*\s/.test(line)) {
      columns += 1;
      if (!COMMENT.test(above)) unexplained.push(`${model}.${line.split(/\s/)[0]}`);
    }
    above = line;
  }
  expect(unexplained).toEqual([]);
  expect(columns).toBeGreaterThan(100);
});

it('nothing of level 2 (names, addresses, phone numbers, e-mails) is stored', () => {
  expect(readFileSync('prisma/schema.prisma', 'utf8')).not.toMatch(/level=2 /);
});

import { readFileSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

const SCHEMA = 'prisma/schema.prisma';
/** What is generated: the inventory for people who read the source, and its short form for the merchant's page. */
const INVENTORY = 'prisma/data-inventory.md';
const STORED = 'app/routes/app.privacy/stored.json';

const COMMENT = /^\/\/\/ level=(0|1|2|secret) purpose=([^;=]+) retention=([^;=]+?)(?:; (.*))?$/;

/** A column as its comment describes it. */
type StoredColumn = { name: string; level: string; purpose: string; retention: string; note: string };
/** A table; `words` is what one row is. */
export type StoredTable = { name: string; words: string; columns: StoredColumn[] };

/** Reads the comments of the schema. @throws Error where a column has none */
export function readSchema(path = SCHEMA): StoredTable[] {
  const tables: StoredTable[] = [];
  let comments: string[] = [];
  let table: StoredTable | undefined;
  for (const raw of readFileSync(path, 'utf8').split('\n')) {
    const line = raw.trim();
    if (line.startsWith('///')) {
      comments.push(line);
      continue;
    }
    if (line.startsWith('model ')) {
      table = { name: '', words: comments.map((one) => one.slice(4)).join(' '), columns: [] };
    } else if (line === '}' && table !== undefined) {
      tables.push(table);
      table = undefined;
    } else if (table !== undefined && line.startsWith('@@map(')) {
      table.name = line.slice(7, -2);
    } else if (table !== undefined && /^[a-z]\w*\s/.test(line)) {
      table.columns.push(columnOf(line, comments.at(-1) ?? ''));
    }
    comments = [];
  }
  return tables;
}

function columnOf(line: string, comment: string): StoredColumn {
  const [, level = '', purpose = '', retention = '', note = ''] = COMMENT.exec(comment) ?? [];
  const field = line.split(/\s/)[0] ?? '';
  if (level === '') throw new Error(`${field} does not say what it is for`);
  return { name: /@map\("(\w+)"\)/.exec(line)?.[1] ?? field, level, purpose, retention, note };
}

const LEVELS: Record<string, string> = {
  '0': 'nothing about people',
  '1': 'ids, orders and the like, without names or addresses',
  '2': 'names, addresses, phone numbers or e-mails',
  secret: 'sealed credentials',
};
const RETENTIONS: Record<string, string> = {
  'until shop/redact': 'until 48 hours after the app was uninstalled',
  'until customers/redact':
    'until the customer is erased, at the latest 48 hours after the app was uninstalled',
  'until uninstall': 'until the app is uninstalled',
  'until clean-up': 'until it is taken back from Shopify',
  'until done': 'until it is done',
  'until read': 'until it can be read',
  'until the pass ends': 'until that part of the import is over',
  'while held': 'while the work goes on',
};

/** How long something is kept, in plain words. @throws Error for a retention nobody explained */
export function inWords(retention: string): string {
  const words = /^\d+ days$/.test(retention) ? retention : RETENTIONS[retention];
  if (words === undefined) throw new Error(`"${retention}" has no words`);
  return words;
}

/** The level that counts for a whole table: that of its most protected column. */
const highest = (columns: StoredColumn[]): string =>
  ['secret', '2', '1'].find((level) => columns.some((column) => column.level === level)) ?? '0';

/** The generated files, by their path. */
export function inventory(tables: readonly StoredTable[]): Record<string, string> {
  const parts = tables.map(({ name, words, columns }) => {
    const rows = columns.map((c) => [c.name, LEVELS[c.level] ?? '', c.purpose, inWords(c.retention), c.note]);
    return `## ${name}\n\n${words}\n\n${markdownTable([HEAD, ...rows])}\n`;
  });
  // What is about nobody is of no interest on the merchant's page.
  const about = tables.filter(({ columns }) => highest(columns) !== '0');
  const stored = about.map(({ words, columns }) => {
    const level = highest(columns);
    const kept = [...new Set(columns.filter((c) => c.level === level).map((c) => inWords(c.retention)))];
    return { what: words.split(/(?<=\.) /)[0] ?? '', holds: LEVELS[level] ?? '', kept: kept.join('; ') };
  });
  return {
    [INVENTORY]: `${INTRODUCTION}\n${parts.join('\n')}`,
    [STORED]: `${JSON.stringify(stored, null, 2)}\n`,
  };
}

const HEAD = ['column', 'holds', 'purpose', 'kept', 'remark'];
const INTRODUCTION = `# What is stored

Generated from the comments of schema.prisma by \`node prisma/data-inventory.ts\`. No customer's name, e-mail address, phone number or postal address is stored, unless staff write one into a note about a customer, or a customer into an answer.
`;

/** A table as the formatter would write it. */
function markdownTable(rows: string[][]): string {
  const widths = HEAD.map((_, i) => Math.max(...rows.map((row) => escaped(row[i] ?? '').length)));
  const line = (row: string[]) => `| ${widths.map((w, i) => escaped(row[i] ?? '').padEnd(w)).join(' | ')} |`;
  const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`;
  const [head, ...body] = rows.map(line);
  return [head, rule, ...body].join('\n');
}

const escaped = (text: string): string => text.replaceAll('|', '\\|').replaceAll('*', '\\*');

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  for (const [path, text] of Object.entries(inventory(readSchema()))) writeFileSync(path, text);
}

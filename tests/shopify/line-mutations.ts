import * as fc from 'fast-check';

/** Every change, with the chance that fc picks it; a line may get several. */
type Change = (line: string, random: (below: number) => number) => string;

const changes: Change[] = [
  (line) => line,
  (line) => line.replaceAll('/', '\\/'),
  (line) => spaced(line),
  (line, random) => reordered(line, random),
  (line, random) => without(line, random),
  (line, random) => line.slice(0, random(line.length)),
  (line, random) => changedByte(line, random),
  (line, random) => replacedNumber(line, random),
  (line, random) => replacedAmount(line, random),
  (line, random) => replacedInstant(line, random),
  (line) => line.replace(/[a-z]/, (letter) => `\\u00${letter.charCodeAt(0).toString(16)}`),
  (line) => `${line}\r`,
  (line) => ` ${line} `,
  (line) => line.replace('}', ',"added":{"a":[1,2e3]}}'),
  (line) => line.replace('null', '{}'),
  (line) => line.replace('{', '{"id":"gid://shopify/Order/1",'),
];

/** Lines of `node` as Shopify would never, or hardly ever, write them. */
export function mutated(node: fc.Arbitrary<object>): fc.Arbitrary<string> {
  return fc
    .tuple(node, fc.array(fc.nat(changes.length - 1), { maxLength: 3 }), fc.infiniteStream(fc.nat()))
    .map(([value, picked, numbers]) => {
      const random = (below: number) => (below <= 0 ? 0 : (numbers.next().value as number) % below);
      return picked.reduce((line, change) => changes[change]!(line, random), JSON.stringify(value));
    })
    .map((line) => line.toWellFormed())
    .filter((line) => !line.includes('\n'));
}

function spaced(line: string): string {
  return line.replaceAll(/([{[,:])(?=["\dnt{[])/g, '$1 ');
}

function reordered(line: string, random: (below: number) => number): string {
  return onObject(line, (entries) => {
    const from = random(entries.length);
    return [...entries.slice(from), ...entries.slice(0, from)];
  });
}

function without(line: string, random: (below: number) => number): string {
  return onObject(line, (entries) => {
    const gone = random(entries.length);
    return entries.filter((_, i) => i !== gone);
  });
}

function onObject(line: string, change: (entries: [string, unknown][]) => [string, unknown][]): string {
  try {
    return JSON.stringify(Object.fromEntries(change(Object.entries(JSON.parse(line) as object))));
  } catch {
    return line;
  }
}

function changedByte(line: string, random: (below: number) => number): string {
  const at = random(line.length);
  const byte = String.fromCharCode(32 + random(95));
  return line.slice(0, at) + byte + line.slice(at + 1);
}

function replacedNumber(line: string, random: (below: number) => number): string {
  const other = ['-1', '0', '1e3', '1.5', '007', '99999999999999999999', '-0', 'true', '""'][random(9)]!;
  return line.replace(/(?<=:)\d+/, other);
}

function replacedAmount(line: string, random: (below: number) => number): string {
  const other = ['-12.34', '1e3', '.5', '5.', '00012.5', '0.001', '12', '-0.0', '1234567890123456.7', '-'][
    random(10)
  ]!;
  return line.replace(/(?<="amount":")[^"]*/, other);
}

function replacedInstant(line: string, random: (below: number) => number): string {
  const other = [
    '2024-02-29T00:00:00Z',
    '2023-02-29T00:00:00Z',
    '2024-01-01T00:00:00+09:00',
    '2024-01-01T00:00:00.123Z',
    '2024-13-01T00:00:00Z',
    '2024-06-31T00:00:00Z',
    '2024-01-01T24:00:00Z',
    '2024-01-01 00:00:00Z',
    '0001-01-01T00:00:00Z',
    '2024-01-01T23:59:60Z',
  ][random(10)]!;
  return line.replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/, other);
}

import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import ts from 'typescript';

/** The text behind each key; keys of several levels are joined by points. */
export type Texts = ReadonlyMap<string, string>;

/** Reads a file of texts. */
export function textsIn(path: string): Texts {
  const texts = new Map<string, string>();
  const add = (group: Record<string, unknown>, before: string): void => {
    for (const [name, value] of Object.entries(group)) {
      if (typeof value === 'string') texts.set(before + name, value);
      else add(value as Record<string, unknown>, `${before}${name}.`);
    }
  };
  add(JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>, '');
  return texts;
}

const PLURAL = /_(zero|one|two|few|many|other)$/;

/** The name code asks for: that of the key without what picks the plural. */
export const askedFor = (key: string): string => key.replace(PLURAL, '');

/** The keys a language needs for the English ones: its own plurals instead of theirs. */
export function keysFor(locale: string, english: Texts): Set<string> {
  const plurals = new Intl.PluralRules(locale).resolvedOptions().pluralCategories;
  return new Set(
    [...english.keys()].flatMap((key) =>
      PLURAL.test(key) ? plurals.map((plural) => `${askedFor(key)}_${plural}`) : [key],
    ),
  );
}

/** What a text leaves to be filled in, in order of name. */
export const placeholdersOf = (text: string): string[] =>
  [...text.matchAll(/\{\{\s*(\w+)\s*\}\}/g)].map(([, name = '']) => name).sort();

/** What the code asks for: names as they stand, and patterns of those it puts together. */
export type Asked = { names: ReadonlySet<string>; patterns: readonly RegExp[] };

/** The files of the app that may ask for a text. */
export function sourceFiles(): string[] {
  const listed = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', 'app'], {
    encoding: 'utf8',
  });
  return listed.split('\n').filter((file) => /\.tsx?$/.test(file) && existsSync(file));
}

/**
 * Collects what code asks for. Any string that equals a key counts, whether it stands in t() or in a table beside it.
 * A template counts when it begins with its group (`segments.${slug}.name`): each hole stands for one level's name.
 */
export function askedIn(files: readonly string[]): Asked {
  const names = new Set<string>();
  const patterns: RegExp[] = [];
  for (const file of files) {
    walk(parsed(file), (node) => {
      if (ts.isStringLiteralLike(node)) names.add(node.text);
      if (ts.isTemplateExpression(node) && /^\w+\./.test(node.head.text)) patterns.push(patternOf(node));
    });
  }
  return { names, patterns };
}

/** Where code asks for a text by a template that does not begin with the name of its group. */
export function groupless(files: readonly string[]): string[] {
  const found: string[] = [];
  for (const file of files) {
    walk(parsed(file), (node) => {
      if (!ts.isCallExpression(node) || !ts.isIdentifier(node.expression) || node.expression.text !== 't')
        return;
      const [key] = node.arguments;
      if (key !== undefined && ts.isTemplateExpression(key) && !/^\w+\./.test(key.head.text)) {
        found.push(`${file}: ${key.getText()}`);
      }
    });
  }
  return found;
}

const sources = new Map<string, ts.SourceFile>();

/** Reads a source file, once. */
export function parsed(file: string): ts.SourceFile {
  const source = sources.get(file) ?? read(file);
  sources.set(file, source);
  return source;
}

function read(file: string): ts.SourceFile {
  const kind = file.endsWith('x') ? ts.ScriptKind.TSX : ts.ScriptKind.TS;
  return ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true, kind);
}

/** Shows each node of a file. */
export function walk(node: ts.Node, show: (node: ts.Node) => void): void {
  show(node);
  ts.forEachChild(node, (child) => walk(child, show));
}

function patternOf({ head, templateSpans }: ts.TemplateExpression): RegExp {
  const rest = templateSpans.map(({ literal }) => `[^.]+${escaped(literal.text)}`).join('');
  return new RegExp(`^${escaped(head.text)}${rest}$`);
}

const escaped = (text: string): string => text.replaceAll(/[^\w\s]/g, String.raw`\$&`);

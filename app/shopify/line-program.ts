import type { Shape, Template } from './line-template.ts';

/** Steps of a program; each is the step itself and three arguments. */
export const STEP = {
  end: 0,
  /** bytes [a, a + b) of `literals` */
  literal: 1,
  /** digits into number slot a */
  digits: 2,
  instant: 3,
  boolean: 4,
  integer: 5,
  /** a string or null into text slot a */
  text: 6,
  /** the shop's side of a money bag into number slot a, its currency into text slot b */
  money: 7,
  /** `null` skips to step a */
  nullable: 8,
  /** `{}` skips to step a */
  empty: 9,
  /** `[` begins a list; `[]` skips to step a */
  list: 10,
  /** an item of list c begins, with number slots [a, b) */
  item: 11,
  /** the item that began at step a ends: a comma begins the next one, a bracket ends the list */
  itemEnd: 12,
  /** a list of strings into text list a */
  texts: 13,
} as const;

/** A template as flat steps for the matcher. */
export type LineProgram = { steps: Int32Array; literals: Uint8Array };

/** Compiles a template for files that escape slashes (`gid:\/\/shopify\/…`, as Shopify's do) or do not. */
export function compileTemplate(template: Template, escapedSlashes: boolean): LineProgram {
  const steps: number[] = [];
  const literals: number[] = [];
  let pending = '';
  const flush = () => {
    if (pending === '') return;
    const bytes = Buffer.from(pending);
    steps.push(STEP.literal, literals.length, bytes.length, 0);
    literals.push(...bytes);
    pending = '';
  };
  const add = (step: number, a = 0, b = 0, c = 0): number => {
    flush();
    steps.push(step, a, b, c);
    return steps.length - 4;
  };
  const land = (at: number) => {
    flush();
    steps[at + 1] = steps.length;
  };
  const write = (shape: Shape): void => {
    if (shape.kind === 'gid') {
      const path = `gid://shopify/${shape.of}/`;
      pending += `"${escapedSlashes ? path.replaceAll('/', '\\/') : path}`;
      add(STEP.digits, shape.slot);
      pending += '"';
    } else if (shape.kind === 'money') {
      pending += '{"amount":"';
      add(STEP.money, shape.slot, shape.currency);
      pending += '"}';
    } else if (shape.kind === 'texts') {
      add(STEP.texts, shape.list);
    } else if (shape.kind === 'nullable') {
      const skip = add(STEP.nullable);
      write(shape.value);
      land(skip);
    } else if (shape.kind === 'list') {
      const skip = add(STEP.list);
      const item = add(STEP.item, shape.from, shape.to, shape.list);
      write(shape.item);
      add(STEP.itemEnd, item);
      land(skip);
    } else if (shape.kind === 'object') {
      writeObject(shape);
    } else {
      add(STEP[shape.kind], shape.slot);
    }
  };
  const writeObject = (shape: Extract<Shape, { kind: 'object' }>): void => {
    const skips = shape.optional ? [add(STEP.nullable), add(STEP.empty)] : [];
    let separator = '{';
    for (const [name, value] of shape.fields) {
      pending += `${separator}"${name}":`;
      write(value);
      separator = ',';
    }
    pending += '}';
    for (const skip of skips) land(skip);
  };
  write(template.root);
  add(STEP.end);
  return { steps: Int32Array.from(steps), literals: Uint8Array.from(literals) };
}

/**
 * What a line of a bulk file looks like, said once: the byte matcher (line-compiler.ts) follows it at full
 * speed, the reader (line-reader.ts) follows it through JSON.parse for a line of any other shape.
 *
 * Values go to numbered slots: numbers (ids, instants, minor units, 0/1; NaN for null) and texts. A list
 * keeps the numbers, or the texts, of its items one after the other.
 */
export type Shape =
  | { kind: 'gid'; of: string; slot: number }
  | { kind: 'instant'; slot: number }
  | { kind: 'boolean'; slot: number }
  | { kind: 'integer'; slot: number }
  | { kind: 'text'; slot: number }
  /** `{"amount":"1.00","currencyCode":"EUR"}`: minor units in `slot`, the code in the text slot `currency` */
  | { kind: 'money'; slot: number; currency: number }
  | { kind: 'object'; fields: [name: string, shape: Shape][]; optional: boolean }
  /** items of numbers: the slots from `from` to below `to` of each item are kept in list `list` */
  | { kind: 'list'; list: number; item: Shape; from: number; to: number }
  | { kind: 'texts'; list: number }
  | { kind: 'nullable'; value: Shape };

/** The whole line: an object, with the slots its values need. */
export type Template = { root: Shape; numbers: number; texts: number; lists: number; textLists: number };

/** Counts the slots while a template is put together. */
export class TemplateBuilder {
  #numbers = 0;
  #texts = 0;
  #lists = 0;
  #textLists = 0;

  gid(of: string): Shape {
    return { kind: 'gid', of, slot: this.#numbers++ };
  }
  instant(): Shape {
    return { kind: 'instant', slot: this.#numbers++ };
  }
  boolean(): Shape {
    return { kind: 'boolean', slot: this.#numbers++ };
  }
  integer(): Shape {
    return { kind: 'integer', slot: this.#numbers++ };
  }
  text(): Shape {
    return { kind: 'text', slot: this.#texts++ };
  }
  texts(): Shape {
    return { kind: 'texts', list: this.#textLists++ };
  }
  nullable(value: Shape): Shape {
    return { kind: 'nullable', value };
  }
  object(fields: Record<string, Shape>): Shape {
    return { kind: 'object', fields: Object.entries(fields), optional: false };
  }
  /** An object that is `null`, or `{}` when it is of another type than the one asked about. */
  optional(fields: Record<string, Shape>): Shape {
    return { kind: 'object', fields: Object.entries(fields), optional: true };
  }
  /** A money bag of which the shop's side was asked for. */
  shopMoney(): Shape {
    return this.object({
      shopMoney: { kind: 'money', slot: this.#numbers++, currency: this.#texts++ },
    });
  }
  list(item: () => Shape): Shape {
    const from = this.#numbers;
    const shape = item();
    return { kind: 'list', list: this.#lists++, item: shape, from, to: this.#numbers };
  }
  /** The template of a whole line. */
  line(fields: Record<string, Shape>): Template {
    return {
      root: this.object(fields),
      numbers: this.#numbers,
      texts: this.#texts,
      lists: this.#lists,
      textLists: this.#textLists,
    };
  }
}

/** Where in an order export something cannot be used, and what to do about it. Lines count from 1. */
export class OrderCsvFault extends Error {
  readonly file: string;
  readonly line: number;
  readonly column: string | null;

  constructor(
    place: { readonly file: string; readonly line: number; readonly column: string | null },
    what: string,
    todo: string,
  ) {
    const column = place.column === null ? '' : `, column "${place.column}"`;
    super(`${place.file}, line ${place.line}${column}: ${what}. ${todo}`);
    this.name = 'OrderCsvFault';
    this.file = place.file;
    this.line = place.line;
    this.column = place.column;
  }
}

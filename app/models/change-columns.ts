import type { Cause } from '#app/rfm/transitions.ts';

/** A customer whose scores or segment changed. Segments are numbers as rfm/schemes counts them, 0 = unscored. */
export type Change = {
  customerId: number;
  before: number;
  after: number;
  cause: Cause;
  /** r, f, m as one number, 543; 0 = unscored */
  scoreBefore: number;
  scoreAfter: number;
};

/** Changes in columns that grow as they are added; the first `n` places of each count. */
export class ChangeColumns {
  n = 0;
  customerId = new Float64Array(1024);
  before = new Uint8Array(1024);
  after = new Uint8Array(1024);
  readonly cause: Cause[] = [];
  scoreBefore = new Uint16Array(1024);
  scoreAfter = new Uint16Array(1024);

  add({ customerId, before, after, cause, scoreBefore, scoreAfter }: Change): void {
    if (this.n === this.customerId.length) this.#grow();
    const at = this.n++;
    this.customerId[at] = customerId;
    this.before[at] = before;
    this.after[at] = after;
    this.cause.push(cause);
    this.scoreBefore[at] = scoreBefore;
    this.scoreAfter[at] = scoreAfter;
  }

  #grow(): void {
    for (const name of ['customerId', 'before', 'after', 'scoreBefore', 'scoreAfter'] as const) {
      // An array of the same kind, twice as long.
      const longer = new (this[name].constructor as new (length: number) => (typeof this)[typeof name])(
        this.n * 2,
      );
      longer.set(this[name]);
      Object.assign(this, { [name]: longer });
    }
  }
}

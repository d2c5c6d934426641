import type { StandInClock } from '#tests/fake-shopify/stand-in-clock.ts';

/** The wall clock of the machine the app runs on; Shopify's and the database's go on as before. */
export type HostClock = {
  /** From now on it is wrong by `ms`. */
  setWrongBy(ms: number): void;
  restore(): void;
};

/** Takes hold of this process's wall clock, in which the stand-in lives too and is set right again. */
export function hostClock(standIn: StandInClock): HostClock {
  const RightDate = globalThis.Date;
  let wrongBy = 0;
  class WrongDate extends RightDate {
    constructor(...given: [] | [number | string | Date]) {
      if (given.length === 0) super(WrongDate.now());
      else super(given[0]);
    }
    static override now(): number {
      return RightDate.now() + wrongBy;
    }
  }
  const setWrongBy = (ms: number): void => {
    standIn.advance(wrongBy - ms);
    wrongBy = ms;
  };
  globalThis.Date = WrongDate as DateConstructor;
  return {
    setWrongBy,
    restore: () => {
      setWrongBy(0);
      globalThis.Date = RightDate;
    },
  };
}

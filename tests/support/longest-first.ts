import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Files that take longest, by their path, longest first; at the end of a run one of them would run alone. */
const LONG = [/journeys\/demo-once/, /\/journeys\//, /\/jobs\//, /\/faults\//];

/** Begins with what takes longest, also on a machine that has never run it. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification): number => {
      const place = LONG.findIndex((path) => path.test(moduleId));
      return place === -1 ? LONG.length : place;
    };
    return (await super.sort(files)).toSorted((a, b) => rank(a) - rank(b));
  }
}

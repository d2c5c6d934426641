import config from '../../vitest.config.ts';

const { setupFiles = [], ...test } = config.test ?? {};

/** The tests of one part of an area, see mutants.ts. */
export default {
  test: {
    ...test,
    include: process.env.MUTANT_TESTS?.split(' ') ?? [],
    // A mutant that never answers is noticed sooner; none of these tests takes a second.
    testTimeout: 8_000,
    setupFiles: [...setupFiles, 'tests/mutants/setup.ts'],
  },
};

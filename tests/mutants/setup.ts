import * as fc from 'fast-check';

// One counterexample is enough to notice a mutant, looking for the smallest takes long; and the same mutants are
// noticed each time.
fc.configureGlobal({ endOnFailure: true, seed: 20_261_122 });

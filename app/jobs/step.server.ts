type StepHook = (name: string, moment: 'before' | 'after') => void | Promise<void>;

let hook: StepHook | undefined;

/** Tests watch or crash the pipeline at every labelled await; undefined takes the watcher away. */
export function onStep(watch: StepHook | undefined): void {
  hook = watch;
}

/**
 * Runs one await of a job under a name. Every touch of the database or of Shopify in a job goes through
 * here, so that "killed at any await" is a list of names and not a hope.
 */
export async function step<T>(name: string, work: () => Promise<T>): Promise<T> {
  if (hook === undefined) return work();
  await hook(name, 'before');
  const result = await work();
  await hook(name, 'after');
  return result;
}

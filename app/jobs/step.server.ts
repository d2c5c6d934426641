type StepHook = (name: string, moment: 'before' | 'after') => void | Promise<void>;

let hook: StepHook | undefined;

/** Tests watch or crash the pipeline at every labelled await; undefined takes the watcher away. */
export function onStep(watch: StepHook | undefined): void {
  hook = watch;
}

/** What a watcher threw: the end of the process it plays. */
const watchers = new WeakSet<object>();

/** Whether an error is a watcher's: whoever bears faults lets it through, as a process that ends bears nothing. */
export function isWatchers(error: unknown): boolean {
  return typeof error === 'object' && error !== null && watchers.has(error);
}

/**
 * Runs one await of a job under a name. Every touch of the database or of Shopify in a job goes through
 * here, so that "killed at any await" is a list of names and not a hope.
 */
export async function step<T>(name: string, work: () => Promise<T>): Promise<T> {
  if (hook === undefined) return work();
  await ask(hook, name, 'before');
  const result = await work();
  await ask(hook, name, 'after');
  return result;
}

async function ask(watch: StepHook | undefined, name: string, moment: 'before' | 'after'): Promise<void> {
  try {
    await watch?.(name, moment);
  } catch (error) {
    if (typeof error === 'object' && error !== null) watchers.add(error);
    throw error;
  }
}

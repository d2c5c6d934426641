import { expect } from 'vitest';
import { onStep } from '#app/jobs/step.server.ts';

/** What a killed process leaves: the step's effect is there, its answer is lost. */
class Killed extends Error {}

type Hook = (name: string, moment: 'before' | 'after') => void | Promise<void>;

/** For `onCrash`: goes on after a death of ours, and lets every other error through. */
export function bearDeath(error: unknown): void {
  if (!(error instanceof Killed)) throw error;
}

/** Dies once, after so many steps. */
export function dyingAt(step: number): Hook {
  let left = step;
  return (name, moment) => {
    if (moment !== 'after') return;
    left -= 1;
    if (left === -1) throw new Killed(name);
  };
}

/** Dies once, after the first step of a name. */
export function dyingAtStep(step: string): Hook {
  let dead = false;
  return (name, moment) => {
    if (moment !== 'after' || name !== step || dead) return;
    dead = true;
    throw new Killed(name);
  };
}

/**
 * Dies once after each of the steps. A life sees several deaths, `lives` steps apart, so that every step has its death
 * in few lives. A death may take a run another way, on which a step of the same life does not come: that step has a
 * life of its own.
 * @param live one life, from its own start to its check; it installs the hook it is given, and takes it away
 */
export async function diesAfterEach(
  steps: readonly string[],
  lives: number,
  live: (hook: Hook, deaths: string) => Promise<void>,
): Promise<void> {
  const missed: string[] = [];
  for (let life = 0; life < Math.min(lives, steps.length); life += 1)
    missed.push(
      ...(await liveDoomed(
        steps.filter((_, place) => place % lives === life),
        live,
      )),
    );
  for (const step of missed)
    expect(await liveDoomed([step], live), 'the deaths that did not come').toEqual([]);
}

/** The steps of a life that did not come. */
async function liveDoomed(
  steps: readonly string[],
  live: (hook: Hook, deaths: string) => Promise<void>,
): Promise<string[]> {
  const doomed = new Set(steps);
  try {
    await live((name, moment) => {
      if (moment === 'after' && doomed.delete(name)) throw new Killed(name);
    }, steps.join(', '));
  } finally {
    onStep(undefined);
  }
  return [...doomed];
}

import { setTimeout as sleep } from 'node:timers/promises';
import type { PgBoss } from 'pg-boss';
import { DEAD_LETTERS, openQueue, prepareQueue } from '#app/jobs/queue.server.ts';
import { runJob } from '#app/jobs/run-job.server.ts';
import { onStep } from '#app/jobs/step.server.ts';
import { giveUp, JOBS } from '#app/jobs/workers.server.ts';
import { leave } from './nemesis.ts';
import type { SoakWorld } from './world.ts';

/** Jobs that run at the same time. */
const LANES = 3;
/** Time leaps at least so far: what is due within it happens together, as under load. */
const LEAST_LEAP_MS = 20_000;
/** Looks in a row at which work was due and nobody could take it: then two clocks differ. */
const MOST_FRUITLESS = 50;
/** Real milliseconds after which a stalled run goes on although others do not: they may wait for what it holds. */
const LONGEST_STALL_MS = 300;
/** Real milliseconds that one stretch of work may take. */
const PATIENCE_MS = 240_000;

/** What a killed process leaves: the step's effect is there, its answer is lost. */
class Killed extends Error {}

/** The worker of a round: real jobs from the real queue, in this process and in virtual time. */
export type Workers = {
  /** Everything that runs dies at its next step. */
  kill(): void;
  /** The run that takes the next step does nothing more until the others have taken so many, or have ended. */
  stall(steps: number): void;
  /** The worker comes to the end of what it does and stops; the next work starts another. */
  restart(): void;
  /** Works until `until` (epoch milliseconds), leaping over the time in which there is nothing to do. */
  workUntil(until: number): Promise<void>;
  /** What is to happen once so many steps more were taken, or when the work ends before that. */
  atStep(steps: number, what: () => Promise<void>): void;
  /** Steps taken so far. */
  readonly steps: number;
  /** Jobs that were given up, with the reason. */
  readonly givenUp: string[];
  /** Errors that runs ended with, kills left out. */
  readonly errors: string[];
  close(): void;
};

/**
 * @param feed called before each look for work: queues what the worker's timers would have
 * @returns when it has to be called next at the latest, epoch milliseconds
 */
export function createWorkers(world: SoakWorld, feed: () => Promise<number>): Workers {
  let dying = false;
  let stopping = false;
  let running = 0;
  let fruitless = 0;
  let feedAt = 0;
  let stalling = 0;
  const stalled = new Set<{ until: number; go: () => void }>();
  const due: { at: number; what: () => Promise<void> }[] = [];
  const workers: Workers & { steps: number } = {
    steps: 0,
    givenUp: [],
    errors: [],
    kill: () => {
      dying = running > 0;
    },
    stall: (steps) => {
      stalling = steps;
    },
    restart: () => {
      stopping = true;
    },
    atStep: (steps, what) => {
      due.push({ at: (due.at(-1)?.at ?? workers.steps) + steps, what });
    },
    workUntil: async (until) => {
      const giveUpAt = performance.now() + PATIENCE_MS;
      for (;;) {
        if (performance.now() > giveUpAt) throw new Error(`no end of work; ${await stuck(world)}`);
        if (await persistently(feedAndWork)) continue;
        const happened = due.shift();
        if (happened !== undefined) await happened.what();
        else if (!(await leap(world, until, feedAt))) return;
      }
    },
    close: () => onStep(undefined),
  };
  onStep(async () => {
    if (dying) throw new Killed('killed');
    workers.steps += 1;
    while (due[0] !== undefined && due[0].at <= workers.steps) await due.shift()?.what();
    if (stalling > 0) await stall();
    goOn();
    if (dying) throw new Killed('killed');
  });

  async function stall(): Promise<void> {
    const until = workers.steps + stalling;
    stalling = 0;
    const { promise, resolve } = Promise.withResolvers<void>();
    const one = { until, go: resolve };
    stalled.add(one);
    goOn();
    const longest = setTimeout(resolve, LONGEST_STALL_MS);
    await promise;
    clearTimeout(longest);
    stalled.delete(one);
  }

  /** Wakes the stalled runs whose time has come, and all of them when nobody else runs. */
  function goOn(): void {
    for (const { until, go } of stalled) {
      if (workers.steps >= until || running <= stalled.size) go();
    }
  }

  /** Lets every lane work until nothing is due; whether anything was. */
  async function feedAndWork(): Promise<boolean> {
    feedAt = await feed();
    if ((await dueJobs(world)).length === 0) return false;
    const boss = await openQueue();
    for (const job of JOBS) await prepareQueue(boss, job);
    const lanes = await Promise.all(Array.from({ length: LANES }, () => lane(boss)));
    await letters(boss);
    if (stopping) await leave();
    dying = false;
    stopping = false;
    const worked = lanes.includes(true);
    fruitless = worked ? 0 : fruitless + 1;
    if (fruitless > MOST_FRUITLESS) throw new Error(`nobody takes what is due; ${await stuck(world)}`);
    return worked;
  }

  async function lane(boss: PgBoss): Promise<boolean> {
    let worked = false;
    for (;;) {
      const names = await dueJobs(world);
      const job = JOBS.find(({ name }) => names.includes(name));
      if (job === undefined || dying || stopping) return worked;
      const [claimed] = await boss.fetch(job.name);
      if (claimed === undefined) return worked;
      worked = true;
      running += 1;
      try {
        await runJob(job, claimed.data, new AbortController().signal);
        await boss.complete(job.name, claimed.id);
      } catch (error) {
        if (!(error instanceof Killed)) workers.errors.push(`${job.name}: ${String(error)}`);
        // A kill is noticed by the missing heartbeat; both cost an attempt.
        await persistently(async () => void (await boss.fail(job.name, claimed.id, failure(error))));
      } finally {
        running -= 1;
        goOn();
      }
    }
  }

  async function letters(boss: PgBoss): Promise<void> {
    for (;;) {
      const [letter] = await boss.fetch(DEAD_LETTERS, { includeMetadata: true });
      if (letter === undefined) return;
      workers.givenUp.push(`${letter.sourceName}: ${JSON.stringify(letter.sourceOutput)}`);
      await giveUp(letter.sourceName, letter.data, letter.sourceOutput);
      await boss.complete(DEAD_LETTERS, letter.id);
    }
  }
  return workers;
}

function failure(error: unknown): object {
  return { message: error instanceof Error ? error.message : String(error) };
}

async function dueJobs({ database }: SoakWorld): Promise<string[]> {
  const { rows } = await database.query<{ name: string }>(
    `select distinct name from pgboss.job where state in ('created', 'retry') and start_after <= bent.now()
       and name <> '${DEAD_LETTERS}'`,
  );
  return rows.map(({ name }) => name);
}

/** Leaps to the next thing that is due before `until`, or to `until`: false then. */
async function leap({ database, shopify, time }: SoakWorld, until: number, feedAt: number): Promise<boolean> {
  const { rows } = await database.query<{ at: Date | null }>(
    `select min(start_after) as at from pgboss.job where state in ('created', 'retry') and name <> '${DEAD_LETTERS}'`,
  );
  const next = Math.min(rows[0]?.at?.getTime() ?? Infinity, shopify.clock.nextDue() ?? Infinity, feedAt);
  const there = next < until;
  await time.leapTo(Math.min(Math.max(next, time.now() + LEAST_LEAP_MS), Math.max(until, time.now())));
  // What the stand-in sends now is on its way before anybody looks again.
  await sleep(1);
  return there;
}

/** The database may be away for a moment: whatever needs it is tried again. */
async function persistently<T>(work: () => Promise<T>): Promise<T> {
  for (let tries = 0; ; tries += 1) {
    try {
      return await work();
    } catch (error) {
      if (tries > 20) throw error;
      await sleep(50);
    }
  }
}

async function stuck({ database }: SoakWorld): Promise<string> {
  const { rows } = await database.query(
    `select name, state, data, start_after, bent.now() as now from pgboss.job where state < 'completed'`,
  );
  return JSON.stringify(rows);
}

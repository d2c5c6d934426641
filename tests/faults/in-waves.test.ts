import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { inWaves } from '#app/in-waves.server.ts';

const outcome = (done: Promise<void>): Promise<string> =>
  done.then(
    () => 'stored',
    (error: Error) => error.message,
  );

describe('given items that are stored in waves', () => {
  it('then the first goes at once, and what comes meanwhile goes together', async () => {
    const waves: number[][] = [];
    const add = inWaves<number>(
      async (items) => {
        waves.push([...items]);
        await sleep(20);
      },
      { everyMs: 1, withinMs: 1_000, most: 100 },
    );
    const first = add(1);
    await sleep(5);
    await Promise.all([first, ...[2, 3, 4].map(add)]);
    await add(5);
    expect(waves).toEqual([[1], [2, 3, 4], [5]]);
  });

  it('when storing is quick, then the next wave still waits for the rest of the pause', async () => {
    const happened: string[] = [];
    const add = inWaves<number>(
      async () => {
        happened.push('wave');
        if (happened.length === 1) setTimeout(() => happened.push('meanwhile'), 20);
      },
      { everyMs: 400, withinMs: 5_000, most: 100 },
    );
    await add(1);
    await Promise.all([2, 3].map(add));
    expect(happened).toEqual(['wave', 'meanwhile', 'wave']);
  });

  it('when storing takes longer than the pause, then the next wave follows at once', async () => {
    const happened: string[] = [];
    const add = inWaves<number>(
      async () => {
        happened.push('wave');
        await sleep(450);
        if (happened.length === 1) setTimeout(() => happened.push('meanwhile'), 20);
      },
      { everyMs: 400, withinMs: 5_000, most: 100 },
    );
    const first = add(1);
    await sleep(5);
    await Promise.all([first, add(2)]);
    expect(happened).toEqual(['wave', 'wave', 'meanwhile']);
  });

  it('when a wave fails, then those of it hear why and the next one is tried', async () => {
    let broken = true;
    const add = inWaves<number>(
      async () => {
        if (broken) throw new Error('no database');
      },
      { everyMs: 1, withinMs: 1_000, most: 100 },
    );
    expect(await Promise.all([add(1), add(2)].map(outcome))).toEqual(['no database', 'no database']);
    broken = false;
    expect(await outcome(add(3))).toBe('stored');
  });

  it('when storing hangs, then nobody waits longer than allowed and the next wave is tried', async () => {
    let hanging = true;
    const cut: boolean[] = [];
    const add = inWaves<number>(
      (_, signal) => {
        signal.addEventListener('abort', () => cut.push(true));
        return hanging ? new Promise<void>(() => undefined) : Promise.resolve();
      },
      { everyMs: 1, withinMs: 60, most: 100 },
    );
    const start = performance.now();
    const stuck = add(1);
    await sleep(30);
    const behind = add(2);
    hanging = false;
    expect(await outcome(stuck)).toBe('Not stored in time');
    expect(await outcome(behind)).toBe('stored');
    expect(performance.now() - start).toBeLessThan(1_000);
    expect(cut).toEqual([true]);
  });

  it('when too many wait, then more are turned away at once', async () => {
    const { promise: stored, resolve } = Promise.withResolvers<void>();
    const add = inWaves<number>(() => stored, { everyMs: 1, withinMs: 1_000, most: 2 });
    const first = add(0);
    await sleep(5);
    const waiting = [add(1), add(2)];
    expect(await outcome(add(3))).toBe('Too many are waiting');
    resolve();
    expect(await Promise.all([first, ...waiting].map(outcome))).toEqual(['stored', 'stored', 'stored']);
  });
});

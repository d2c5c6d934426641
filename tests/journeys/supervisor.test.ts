import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { freePort } from '#tests/fake-shopify/demo-children.ts';
import { testDatabase } from '#tests/support/database.ts';

const database = testDatabase();
let supervisor: ChildProcess | undefined;
afterEach(() => supervisor?.kill('SIGKILL'));

/** Starts web and worker as `npm start` does and waits until the app answers. */
async function start(): Promise<ChildProcess> {
  const port = await freePort();
  const child = spawn(process.execPath, ['app/start.server.ts'], {
    env: {
      ...process.env,
      NODE_ENV: 'production',
      DATABASE_URL: database,
      LISTEN_ADDRESS: '127.0.0.1',
      PORT: String(port),
    },
    stdio: 'ignore',
  });
  supervisor = child;
  for (let tries = 0; tries < 150; tries += 1) {
    const answer = await fetch(`http://127.0.0.1:${port}/healthcheck`).catch(() => null);
    if (answer?.status === 200) return child;
    await sleep(100);
  }
  throw new Error('the app never answered');
}

function childrenOf(pid: number): number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').map(Number);
}

describe('web and worker under one supervisor', () => {
  it('given both run, when they are told to stop, then all end and the exit code is 0', async () => {
    const child = await start();
    const children = childrenOf(child.pid ?? 0);
    expect(children).toHaveLength(2);
    child.kill('SIGTERM');
    expect(await once(child, 'exit')).toEqual([0, null]);
    for (const pid of children) expect(() => process.kill(pid, 0)).toThrow('ESRCH');
  }, 60_000);

  it('given both run, when one of them dies, then the other ends too and the exit code says so', async () => {
    const child = await start();
    const [first = 0, second = 0] = childrenOf(child.pid ?? 0);
    process.kill(second, 'SIGKILL');
    const [code] = (await once(child, 'exit')) as [number];
    expect(code).not.toBe(0);
    expect(() => process.kill(first, 0)).toThrow('ESRCH');
  }, 60_000);
});

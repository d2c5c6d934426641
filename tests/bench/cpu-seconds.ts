import { readFileSync, readdirSync } from 'node:fs';

/** Ticks per second in /proc: the same on every Linux machine Node runs on. */
const TICKS = 100;

/** CPU seconds that processes used so far, those of their children included; NaN where there is no /proc. */
export function cpuSeconds(...pids: number[]): number {
  let processes: string[];
  try {
    processes = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  } catch {
    return NaN;
  }
  let ticks = 0;
  for (const name of processes) {
    const fields = stat(name);
    if (fields === null) continue;
    const own = pids.includes(Number(name));
    // fields: state, parent, …; user, system, and both of children that ended
    const [user = 0, system = 0, ...ended] = fields.slice(11, 15).map(Number);
    if (own) ticks += user + system + ended.reduce((sum, one) => sum + one, 0);
    else if (pids.includes(Number(fields[1]))) ticks += user + system;
  }
  return ticks / TICKS;
}

/** The process that started a process; NaN where there is no /proc. */
export function parentOf(pid: number): number {
  return Number(stat(String(pid))?.[1]);
}

/** What follows the command in a process's stat file; null when it is gone. */
function stat(pid: string): string[] | null {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
  } catch {
    return null;
  }
}

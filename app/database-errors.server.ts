import { setTimeout as sleep } from 'node:timers/promises';

/** SQLSTATE of an error of pg or of Prisma over pg, or the code of a broken socket; undefined for others. */
export function databaseErrorCode(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || error instanceof CommitUnknown) return undefined;
  const { code, meta, cause, message } = error as {
    code?: unknown;
    meta?: { driverAdapterError?: unknown; code?: unknown };
    cause?: unknown;
    message?: unknown;
  };
  if (typeof meta?.code === 'string') return meta.code;
  if (meta?.driverAdapterError !== undefined) return databaseErrorCode(meta.driverAdapterError);
  if (typeof cause === 'object' && cause !== null) {
    const inner = cause as { originalCode?: unknown; kind?: unknown };
    if (typeof inner.originalCode === 'string') return inner.originalCode;
    if (inner.kind === 'ConnectionClosed' || inner.kind === 'DatabaseNotReachable') return 'ECONNRESET';
    if (inner.kind === 'TransactionWriteConflict') return '40001';
    return databaseErrorCode(cause);
  }
  if (code === 'P1001' || code === 'P1017') return 'ECONNRESET';
  if (code === 'P2034') return '40001';
  if (typeof code === 'string') return code;
  return typeof message === 'string' && LOST.test(message) ? 'ECONNRESET' : undefined;
}

const LOST = /connection terminated|connection ended|not queryable|timeout exceeded when trying to connect/i;
/** Deadlock and serialization failure: the server undid the transaction and asks to run it again. */
const AGAIN = new Set(['40P01', '40001']);
/** The server is away, starting, stopping or full: 08 connection, 57P01–57P03 shutdown, 53300 too many clients. */
const AWAY = new Set(['57P01', '57P02', '57P03', '53300', 'ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ENOENT']);

/** Whether the same work may succeed when it is run again from its start. */
export function mayRunAgain(error: unknown): boolean {
  const code = databaseErrorCode(error);
  return code !== undefined && (AGAIN.has(code) || AWAY.has(code) || code.startsWith('08'));
}

/** Whether the server lacks disk, memory or the like (class 53): nothing was done, and it works again with more of it. */
export function isShort(error: unknown): boolean {
  return databaseErrorCode(error)?.startsWith('53') ?? false;
}

/** A commit was sent and its answer never came: the work may be done or undone. Only a look can tell. */
export class CommitUnknown extends Error {
  override name = 'CommitUnknown';
  constructor(cause: unknown) {
    super('The connection to the database was lost while committing; the outcome is unknown', { cause });
  }
}

/** Waits between attempts, in milliseconds: 6 attempts over about 6 seconds, each with up to 50 % jitter. */
const WAITS = [50, 200, 600, 1500, 3500];

/**
 * Runs `attempt` until it succeeds, at most six times, going on only after errors that leave nothing behind.
 * @throws whatever the last attempt threw
 */
export async function runAgain<T>(attempt: () => Promise<T>): Promise<T> {
  for (const wait of WAITS) {
    try {
      return await attempt();
    } catch (error) {
      if (!mayRunAgain(error)) throw error;
      await sleep(wait * (1 + Math.random() / 2));
    }
  }
  return attempt();
}

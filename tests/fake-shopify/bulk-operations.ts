import type { StoredFile } from './file-store.ts';
import type { BulkPace } from './stand-in-world.ts';
import type { StandInClock } from './stand-in-clock.ts';
import { struckBy, type Mischief } from './trouble.ts';

type BulkStatus = 'CREATED' | 'RUNNING' | 'COMPLETED' | 'FAILED' | 'CANCELING' | 'CANCELED';
export type BulkType = 'QUERY' | 'MUTATION';
export type BulkErrorCode = 'ACCESS_DENIED' | 'INTERNAL_SERVER_ERROR' | 'TIMEOUT';

export type BulkOperation = {
  readonly id: number;
  readonly type: BulkType;
  readonly query: string;
  readonly createdAt: number;
  status: BulkStatus;
  errorCode: BulkErrorCode | null;
  completedAt: number | null;
  objectCount: number;
  rootObjectCount: number;
  file: StoredFile | null;
  /** What a failed operation had written. */
  partial: StoredFile | null;
  /** When its files are gone and its status turns to EXPIRED: 7 days after it ended. */
  expiresAt: number | null;
  /** When the links handed out end; before `expiresAt` only when trouble was ordered. */
  linkEndsAt: number | null;
};

/** What the work of an operation needs to behave like Shopify's. */
export type BulkControl = {
  readonly struck: readonly Mischief[];
  /** True once it is to be cancelled. */
  stopped(): boolean;
  /** Lets others work, and waits until `done` things may have been done at Shopify's pace. */
  pace(done: number): Promise<void>;
};

/** Thrown by the work of an operation that fails for a reason Shopify names. */
export class BulkFailure extends Error {
  readonly code: BulkErrorCode;
  constructor(code: BulkErrorCode) {
    super(`the bulk operation fails with ${code}`);
    this.code = code;
  }
}

export type BulkWork = (operation: BulkOperation, control: BulkControl) => Promise<void>;

export type BulkOperations = {
  /** Newest last. */
  readonly all: readonly BulkOperation[];
  find(id: number): BulkOperation | null;
  /** Starts an operation, unless five of its type are under way. */
  start(
    type: BulkType,
    query: string,
    struck: readonly Mischief[],
    work: BulkWork,
  ): BulkOperation | 'limit-reached';
  cancel(operation: BulkOperation): void;
  /** Called whenever an operation ends. */
  onEnd: (operation: BulkOperation) => void;
};

/** Concurrent operations of one type since API 2026-01. */
const MOST = 5;
const LINK_LIFE = 7 * 86_400_000;

export function createBulkOperations(clock: StandInClock, pace: BulkPace): BulkOperations {
  const all: BulkOperation[] = [];
  const stuck = new Set<BulkOperation>();
  const running = (type: BulkType): number => all.filter((one) => one.type === type && underWay(one)).length;

  const end = (operation: BulkOperation, status: BulkStatus, errorCode: BulkErrorCode | null): void => {
    operation.status = status;
    operation.errorCode = errorCode;
    operation.completedAt = clock.now();
    operation.expiresAt = clock.now() + LINK_LIFE;
    operation.linkEndsAt ??= operation.expiresAt;
    manager.onEnd(operation);
  };

  const live = async (
    operation: BulkOperation,
    struck: readonly Mischief[],
    work: BulkWork,
  ): Promise<void> => {
    const never = struckBy(struck, 'neverFinish');
    if (never !== undefined) stuck.add(operation);
    if (never !== undefined && never.status !== 'RUNNING') return;
    await clock.wait(pace.startSeconds * 1000);
    if (never !== undefined && canceled(operation)) return;
    if (canceled(operation)) return end(operation, 'CANCELED', null);
    operation.status = 'RUNNING';
    if (never !== undefined) return;
    const perSecond = operation.type === 'QUERY' ? pace.objectsPerSecond : pace.mutationLinesPerSecond;
    const control = { struck, stopped: () => canceled(operation), pace: pacer(clock, perSecond) };
    if (struckBy(struck, 'expireUrl') !== undefined) operation.linkEndsAt = clock.now();
    try {
      await work(operation, control);
      end(operation, canceled(operation) ? 'CANCELED' : 'COMPLETED', null);
    } catch (error) {
      if (error instanceof Error && error.name === 'AbortError') throw error;
      end(operation, 'FAILED', error instanceof BulkFailure ? error.code : 'INTERNAL_SERVER_ERROR');
      if (!(error instanceof BulkFailure)) throw error;
    }
  };

  const begin = (type: BulkType, query: string): BulkOperation => {
    const operation: BulkOperation = {
      id: 4_100_000_000_000 + all.length + 1,
      type,
      query,
      createdAt: clock.now(),
      status: 'CREATED',
      errorCode: null,
      completedAt: null,
      objectCount: 0,
      rootObjectCount: 0,
      file: null,
      partial: null,
      expiresAt: null,
      linkEndsAt: null,
    };
    all.push(operation);
    return operation;
  };

  /** Takes every free slot with operations of someone else. */
  const occupy = (type: BulkType, seconds: number): void => {
    while (running(type) < MOST) {
      const operation = begin(type, '{ products { edges { node { id } } } }');
      watch(live(operation, [], () => clock.wait(seconds * 1000)));
    }
  };

  const manager: BulkOperations = {
    all,
    find: (id) => all.find((one) => one.id === id) ?? null,
    start: (type, query, struck, work) => {
      const foreign = struckBy(struck, 'foreignBulk');
      if (foreign !== undefined) occupy(type, foreign.seconds);
      if (running(type) >= MOST) return 'limit-reached';
      const operation = begin(type, query);
      watch(live(operation, struck, work));
      return operation;
    },
    cancel: (operation) => {
      if (!underWay(operation)) return;
      operation.status = 'CANCELING';
      // Nobody works on one that never finishes.
      if (stuck.delete(operation)) end(operation, 'CANCELED', null);
    },
    onEnd: () => undefined,
  };
  return manager;
}

function underWay({ status }: BulkOperation): boolean {
  return status === 'CREATED' || status === 'RUNNING' || status === 'CANCELING';
}

function canceled({ status }: BulkOperation): boolean {
  return status === 'CANCELING' || status === 'CANCELED';
}

function pacer(clock: StandInClock, perSecond: number): (done: number) => Promise<void> {
  const begun = clock.scaledNow();
  return async (done) => {
    const early = (done / perSecond) * 1000 - (clock.scaledNow() - begun);
    if (early / clock.timeScale >= 1) await clock.wait(early);
    else await new Promise(setImmediate);
  };
}

/** The stand-in closing ends the work of every operation; anything else is a fault of its own. */
function watch(life: Promise<void>): void {
  life.catch((error: unknown) => {
    if (error instanceof Error && error.name === 'AbortError') return;
    console.error('fake-shopify: a bulk operation broke:', error);
  });
}

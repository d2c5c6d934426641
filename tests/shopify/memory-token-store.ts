import type { StoredSession, TokenStore } from '#app/shopify/tokens.ts';

/** A token store of one process: rows by id, and one holder of a row at a time. */
export type MemoryTokenStore = TokenStore & {
  rows: Map<string, StoredSession>;
  /** Set to be run, and possibly to throw, when a row is about to be saved under its lock. */
  beforeSave: (() => void) | null;
};

export function memoryTokenStore(): MemoryTokenStore {
  const rows = new Map<string, StoredSession>();
  const waiting = new Map<string, Promise<unknown>>();
  const store: MemoryTokenStore = {
    rows,
    beforeSave: null,
    read: async (_, id) => rows.get(id) ?? null,
    readSome: async (_, ids) => ids.flatMap((id) => rows.get(id) ?? []),
    write: async (session) => void rows.set(session.id, session),
    remove: async (_, ids) => ids.forEach((id) => rows.delete(id)),
    ofShop: async (shop) => [...rows.values()].filter((row) => row.shop === shop),
    locked(_, id, work) {
      const turn = (waiting.get(id) ?? Promise.resolve()).then(async () => {
        let saved: StoredSession | null = null;
        const result = await work(rows.get(id) ?? null, async (session) => {
          store.beforeSave?.();
          saved = session;
        });
        // A transaction commits only when the work ends well.
        if (saved !== null) rows.set(id, saved);
        return result;
      });
      waiting.set(
        id,
        turn.catch(() => {}),
      );
      return turn;
    },
  };
  return store;
}

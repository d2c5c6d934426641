import { sqlInShop } from '#app/db.server.ts';
import type { UndoSums } from '#app/rfm/undo-plan.ts';

/** Seconds until a count that nobody ended counts as failed. */
const DEADLINE_SECONDS = 600;

/** Where the count stands; `of` is null until it is known; 'outdated' when another one was asked for. */
export type UndoPreviewState =
  | { at: 'asked'; looked: number; of: number | null }
  | { at: 'failed' | 'outdated' }
  | { at: 'done'; result: UndoSums };

/** Asks what undoing a write-back would do, in place of any question before it. Its number. */
export async function askUndoPreview(shopId: number, runId: number): Promise<number> {
  return sqlInShop(shopId, async (client) => {
    const { rows } = await client.query<{ number: number }>(
      `insert into undo_previews (shop_id, run_id) values ($1, $2)
       on conflict (shop_id) do update set number = undo_previews.number + 1, run_id = excluded.run_id,
         asked_at = clock_timestamp(), state = 'asked', looked_at = 0, customers = null, result = null
       returning number`,
      [shopId, runId],
    );
    return rows[0]?.number ?? 0;
  });
}

/** What is asked for and not counted yet, or null. */
export async function askedUndoPreview(shopId: number): Promise<{ number: number; runId: number } | null> {
  return sqlInShop(shopId, async (client) => {
    const { rows } = await client.query<{ number: number; runId: number }>(
      `select number, run_id as "runId" from undo_previews where shop_id = $1 and state = 'asked'`,
      [shopId],
    );
    return rows[0] ?? null;
  });
}

/** Notes how many customers were looked at. False when another question took its place: nobody waits for this one. */
export async function noteUndoLooked(
  shopId: number,
  number: number,
  looked: number,
  of: number,
): Promise<boolean> {
  return sqlInShop(shopId, async (client) => {
    const { rowCount } = await client.query(
      `update undo_previews set looked_at = $3, customers = $4 where shop_id = $1 and number = $2 and state = 'asked'`,
      [shopId, number, looked, of],
    );
    return rowCount === 1;
  });
}

/** Ends a count, unless another question took its place. */
export async function endUndoPreview(shopId: number, number: number, result: UndoSums | null): Promise<void> {
  await sqlInShop(shopId, (client) =>
    client.query(
      `update undo_previews set state = $3, result = $4 where shop_id = $1 and number = $2 and state = 'asked'`,
      [shopId, number, result === null ? 'failed' : 'done', result && JSON.stringify(result)],
    ),
  );
}

/** Where the count of this number stands. */
export async function undoPreviewState(shopId: number, number: number): Promise<UndoPreviewState> {
  return sqlInShop(shopId, async (client) => {
    type Row = {
      at: 'asked' | 'done' | 'failed';
      looked: number;
      of: number | null;
      result: UndoSums;
      late: boolean;
    };
    const { rows } = await client.query<Row>(
      `select state as at, looked_at as looked, customers as of, result,
         asked_at < clock_timestamp() - make_interval(secs => $3) as late
       from undo_previews where shop_id = $1 and number = $2`,
      [shopId, number, DEADLINE_SECONDS],
    );
    const [row] = rows;
    if (row === undefined) return { at: 'outdated' };
    const { at, looked, of, result, late } = row;
    if (at === 'done') return { at, result };
    return at === 'failed' || late ? { at: 'failed' } : { at: 'asked', looked, of };
  });
}

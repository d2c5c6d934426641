import { PrismaPg } from '@prisma/adapter-pg';

type Adapter = Awaited<ReturnType<PrismaPg['connect']>>;
type Transaction = Awaited<ReturnType<Adapter['startTransaction']>>;

/**
 * Prisma's adapter with one fault repaired: when a COMMIT or ROLLBACK fails because the connection broke, it
 * never gives the connection back, so that an outage of the database empties the pool for good.
 */
export class ReturningAdapter extends PrismaPg {
  override async connect(): Promise<Adapter> {
    const adapter = await super.connect();
    const start = adapter.startTransaction.bind(adapter);
    adapter.startTransaction = async (isolationLevel) => returning(await start(isolationLevel));
    return adapter;
  }
}

function returning(transaction: Transaction): Transaction {
  const execute = transaction.executeRaw.bind(transaction);
  const giveBack = transaction.rollback.bind(transaction);
  let open = true;
  const once = async (): Promise<void> => {
    if (!open) return;
    open = false;
    // The pool throws a broken connection away by itself.
    await giveBack();
  };
  transaction.commit = once;
  transaction.rollback = once;
  transaction.executeRaw = async (query) => {
    try {
      return await execute(query);
    } catch (error) {
      if (/^(commit|rollback)$/i.test(query.sql)) await once();
      throw error;
    }
  };
  return transaction;
}

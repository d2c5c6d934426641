import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** What is wrong with a connection; all times are real milliseconds. The toxics of Shopify's toxiproxy. */
export type Toxics = {
  /** Every piece arrives so much later. */
  readonly latencyMs?: number;
  /** Bytes per second in each direction. */
  readonly bandwidth?: number;
  /** Pieces are cut into at most so many bytes. */
  readonly slice?: number;
  /** The connection is reset once it has carried so many bytes, both directions together. */
  readonly resetAfter?: number;
  /** Nothing gets through; the connection is closed after so long. */
  readonly timeoutMs?: number;
};

export type TcpProxy = {
  readonly port: number;
  /** What is wrong from now on, also with connections that are open. */
  set(toxics: Toxics): void;
  /** Resets every open connection. */
  cut(): void;
  /** While down, new connections are refused and open ones are reset. */
  down(): Promise<void>;
  up(): Promise<void>;
  close(): Promise<void>;
};

/** A proxy on 127.0.0.1 in front of `target`, healthy until told otherwise. */
export async function tcpProxy(target: { readonly host: string; readonly port: number }): Promise<TcpProxy> {
  let toxics: Toxics = {};
  let port = 0;
  const open = new Set<Socket>();
  const keep = (socket: Socket): void => {
    open.add(socket);
    socket.setNoDelay(true);
    // A reset is what this is for.
    socket.on('error', () => undefined).on('close', () => open.delete(socket));
  };
  const server = createServer((near) => {
    const far = connect(target);
    const both = { carried: 0, reset: () => [near, far].forEach((socket) => socket.resetAndDestroy()) };
    for (const socket of [near, far]) keep(socket);
    near.on('close', (broken) => broken && far.resetAndDestroy());
    far.on('close', (broken) => broken && near.resetAndDestroy());
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      void carry(from, to, both, () => toxics).catch(() => both.reset());
    }
  });
  const listen = (): Promise<void> => new Promise((resolve) => server.listen(port, '127.0.0.1', resolve));
  const cut = (): void => open.forEach((socket) => socket.resetAndDestroy());
  const stop = async (): Promise<void> => {
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    cut();
    await closed;
  };
  await listen();
  port = (server.address() as AddressInfo).port;
  return {
    port,
    set: (wanted) => {
      toxics = wanted;
    },
    cut,
    down: stop,
    // Of two outages that overlap the one that ends first ends both.
    up: async () => {
      if (!server.listening) await listen();
    },
    close: stop,
  };
}

/** Hands on what comes from `from`, piece by piece, as badly as the toxics of the moment want it. */
async function carry(
  from: Socket,
  to: Socket,
  both: { carried: number; reset: () => void },
  toxics: () => Toxics,
): Promise<void> {
  for await (const piece of from as AsyncIterable<Buffer>) {
    const { slice = piece.length } = toxics();
    for (let at = 0; at < piece.length; at += slice) {
      const part = piece.subarray(at, at + slice);
      const { latencyMs = 0, bandwidth = Infinity, resetAfter = Infinity, timeoutMs } = toxics();
      if (timeoutMs !== undefined) {
        await sleep(timeoutMs);
        from.destroy();
        return;
      }
      both.carried += part.length;
      if (both.carried > resetAfter) return both.reset();
      const wait = latencyMs + (part.length / bandwidth) * 1000;
      if (wait > 0) await sleep(wait);
      if (!to.write(part)) await new Promise((resolve) => to.once('drain', resolve).once('close', resolve));
    }
  }
  to.end();
}

import { parseGid, type GidKind } from './gid.ts';

/** An object that the Admin API answered in a shape we cannot read. `id` is 0 when not even that can be read. */
export type UnreadNode = { id: number; reason: string; excerpt: string };

/** Characters of an unreadable object that are kept to show it. */
const EXCERPT = 200;

/** Runs `read`; what it could not make sense of comes back instead of ending everything else. */
export function tryToRead(kind: GidKind, node: object, read: () => void): UnreadNode | null {
  try {
    read();
    return null;
  } catch (error) {
    // Anything but a value that is not as expected is a fault of ours.
    if (!(error instanceof RangeError)) throw error;
    return { id: idOf(kind, node), reason: error.message, excerpt: JSON.stringify(node).slice(0, EXCERPT) };
  }
}

function idOf(kind: GidKind, node: { id?: unknown }): number {
  try {
    return typeof node.id === 'string' ? parseGid(kind, node.id) : 0;
  } catch {
    return 0;
  }
}

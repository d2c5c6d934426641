// Customer ids → row numbers 0, 1, 2 … by open addressing with linear probing over typed arrays: a Map of a million
// entries takes five times the memory and the garbage collector walks it.

/** Rows are given out in the order in which ids first come. Ids are non-negative safe integers. */
type CustomerIndex = {
  /** The rows of the first `n` of some ids, into `rows`; made for ids that are new. */
  rowsFor: (some: Float64Array, n: number, rows: Int32Array) => void;
  /** The row of an id, or -1. */
  rowOf: (id: number) => number;
  size: () => number;
  /** The ids by row; longer than `size()`. */
  ids: () => Float64Array;
};

const EMPTY = -1;

export function createCustomerIndex(): CustomerIndex {
  let slots = new Int32Array(2048).fill(EMPTY);
  let mask = slots.length - 1;
  let ids = new Float64Array(1024);
  let size = 0;

  // MurmurHash3's finaliser over both 32-bit halves: Shopify's ids often lie 32,768 apart, which weaker mixing piles up.
  const hashOf = (id: number): number => {
    let hash = (id >>> 0) ^ Math.imul(Math.floor(id / 4294967296), 0x9e3779b1);
    hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
    return hash ^ (hash >>> 16);
  };

  const slotOf = (id: number): number => {
    let slot = hashOf(id) & mask;
    let row = slots[slot] as number;
    while (row !== EMPTY && ids[row] !== id) {
      slot = (slot + 1) & mask;
      row = slots[slot] as number;
    }
    return slot;
  };

  // At most half full, so a search ends after two probes on average.
  const grow = (): void => {
    const larger = new Float64Array(ids.length * 2);
    larger.set(ids);
    ids = larger;
    slots = new Int32Array(ids.length * 2).fill(EMPTY);
    mask = slots.length - 1;
    for (let row = 0; row < size; row += 1) slots[slotOf(ids[row] as number)] = row;
  };

  const rowFor = (id: number): number => {
    const slot = slotOf(id);
    const row = slots[slot] as number;
    if (row !== EMPTY) return row;
    if (size === ids.length) {
      grow();
      slots[slotOf(id)] = size;
    } else {
      slots[slot] = size;
    }
    ids[size] = id;
    size += 1;
    return size - 1;
  };

  return {
    rowsFor: (some, n, rows) => {
      // First what stands where each would stand alone: looks that do not wait for one another.
      for (let i = 0; i < n; i += 1) rows[i] = slots[hashOf(some[i] as number) & mask] as number;
      for (let i = 0; i < n; i += 1) {
        const row = rows[i] as number;
        const id = some[i] as number;
        if (row === EMPTY || ids[row] !== id) rows[i] = rowFor(id);
      }
    },
    rowOf: (id) => slots[slotOf(id)] as number,
    size: () => size,
    ids: () => ids,
  };
}

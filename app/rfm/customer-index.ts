// Customer ids → row numbers 0, 1, 2 … by open addressing with linear probing over typed arrays: a Map of a million
// entries takes five times the memory and the garbage collector walks it.

/** Rows are given out in the order in which ids first come. Ids are non-negative safe integers. */
type CustomerIndex = {
  /** The row of an id, made when the id is new. */
  rowFor: (id: number) => number;
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
  const slotOf = (id: number): number => {
    let hash = (id >>> 0) ^ Math.imul(Math.floor(id / 4294967296), 0x9e3779b1);
    hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
    hash ^= hash >>> 16;
    let slot = hash & mask;
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

  return {
    rowFor: (id) => {
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
    },
    rowOf: (id) => slots[slotOf(id)] as number,
    size: () => size,
    ids: () => ids,
  };
}

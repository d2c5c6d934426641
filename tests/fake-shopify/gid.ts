/** Shopify's global id of a thing, e.g. gid://shopify/Order/1. */
export function gid(type: string, id: number): string {
  return `gid://shopify/${type}/${id}`;
}

/** The type and number of a global id, or null when it is none. */
export function parseGid(text: unknown): { readonly type: string; readonly id: number } | null {
  const found = typeof text === 'string' ? /^gid:\/\/shopify\/([A-Za-z]+)\/(\d+)$/.exec(text) : null;
  return found === null ? null : { type: String(found[1]), id: Number(found[2]) };
}

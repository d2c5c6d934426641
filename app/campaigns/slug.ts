const LONGEST = 40;

/**
 * A name for a campaign's tag that none of the others has: letters and digits of its name, since Shopify takes a comma
 * for the end of a tag, and a number where it is taken. A name without any of these is "campaign".
 */
export function campaignSlug(name: string, taken: ReadonlySet<string>): string {
  const plain = name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/\p{M}/gu, '')
    .replace(/[^a-z0-9]+/g, '-');
  const base = cut(plain, LONGEST) || 'campaign';
  for (let n = 1; ; n += 1) {
    const end = n === 1 ? '' : `-${n}`;
    const slug = cut(base, LONGEST - end.length) + end;
    if (!taken.has(slug)) return slug;
  }
}

function cut(text: string, length: number): string {
  return text.replace(/^-+/, '').slice(0, length).replace(/-+$/, '');
}

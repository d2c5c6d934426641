import { formatDay, type Day } from './calendar.ts';
import { valueTier } from './grades.ts';
import { taggedSegments, type Scheme, type SegmentSlug } from './schemes.ts';

/** What one customer is to carry in Shopify. */
export type Desired = {
  tag: string;
  /** Value of the metafield `rfm_segment`. */
  segment: SegmentSlug;
  /** Value of the metafield `rfm_profile`, JSON text. */
  profile: string;
};

/** A metafield that was set once and of which is not known whether and with what value it is still there. */
export const UNKNOWN_VALUE = '';

/** What the journal says we put on a customer, or adopted there. */
export type WrittenState = {
  /** As Shopify spells them. */
  tags: readonly string[];
  /** Values as written; UNKNOWN_VALUE when there may be one. */
  segment: string | null;
  profile: string | null;
};

/** What was sent to a customer and never answered: it may have arrived, or not. */
export type Unsettled = {
  added: readonly string[];
  removed: readonly string[];
  segment: boolean;
  profile: boolean;
};

export const WRITE_KINDS = [
  'tag-add',
  'tag-remove',
  'segment-set',
  'profile-set',
  'segment-delete',
  'profile-delete',
] as const;
export type WriteKind = (typeof WRITE_KINDS)[number];

/** One row of the journal; `value` is the tag or the metafield's value, empty for a deletion. */
export type PlannedWrite = { kind: WriteKind; value: string };

/** A write with what was there before it, as far as it was known: '' = nothing, null = not known. */
export type NotedWrite = PlannedWrite & { before: string | null };

/** A customer's present row of scores; r, f, m are 1 to 5. */
export type ScoredRow = {
  r: number;
  f: number;
  m: number;
  segment: SegmentSlug;
  previousSegment: SegmentSlug | null;
  /** Day of the last change; scores unchanged since. */
  since: Day;
};

/** A prefix this long leaves room in a tag of Shopify's, 255 characters, for the colon and the longest slug. */
const PREFIX_CHARACTERS = 40;

type PrefixFault = 'empty' | 'too-long' | 'comma' | 'colon' | 'space' | 'invisible';

/**
 * Why a tag prefix cannot be used, or null: it has 1 to 40 characters (code points), a comma would make two tags, the
 * colon ends it, and blanks and invisible characters are changed by Shopify or overlooked by people.
 */
export function prefixFault(prefix: string): PrefixFault | null {
  if (prefix === '') return 'empty';
  if ([...prefix].length > PREFIX_CHARACTERS) return 'too-long';
  if (prefix.includes(',')) return 'comma';
  if (prefix.includes(':')) return 'colon';
  if (/\s/u.test(prefix)) return 'space';
  return /\p{C}/u.test(prefix) ? 'invisible' : null;
}

/** The tags that are ours wherever they are found: a known segment's slug under the prefix. */
export type OurTags = { prefix: string; folded: ReadonlySet<string> };

/**
 * Our tags under a prefix. Those of another scheme that ships are in the journal where they are ours: a merchant may
 * have one of that name.
 * @throws RangeError when the prefix has a fault
 */
export function ourTags(prefix: string, scheme: Scheme): OurTags {
  const fault = prefixFault(prefix);
  if (fault) throw new RangeError(`tag prefix: ${fault}`);
  return { prefix, folded: new Set(taggedSegments(scheme).map((slug) => folded(segmentTag(prefix, slug)))) };
}

/** The tag of a segment: "rfm:champions". */
export function segmentTag(prefix: string, slug: SegmentSlug): string {
  return `${prefix}:${slug}`;
}

/** Value of `rfm_profile`. The keys' order never changes, so equal profiles are equal texts. */
export function profileJson(row: ScoredRow): string {
  return JSON.stringify({
    r: row.r,
    f: row.f,
    m: row.m,
    segment: row.segment,
    tier: valueTier(row.r, row.f, row.m),
    previous_segment: row.previousSegment,
    since: formatDay(row.since),
  });
}

/** What a customer is to carry, null = nothing of ours (unscored). */
export function desired(row: ScoredRow | null, { prefix }: Pick<OurTags, 'prefix'>): Desired | null {
  if (row === null) return null;
  return { tag: segmentTag(prefix, row.segment), segment: row.segment, profile: profileJson(row) };
}

/**
 * The writes that bring one customer from what is there to what is wanted; none when nothing differs.
 *
 * Our tags are those of the journal and a known slug under our prefix that someone else placed (adopted); all others
 * are foreign and never touched, also under our prefix. Tags are compared without case, as Shopify does, and a tag
 * of ours that the merchant spelt otherwise stays as it is. Removals come first, so that a customer at Shopify's
 * limit of tags has room.
 * @param shopifyTags every tag on the customer as Shopify spells it, our own finished writes included
 * @param unsettled what may have arrived beside that: it is written or removed once more
 */
export function planCustomer(
  wanted: Desired | null,
  written: WrittenState | null,
  shopifyTags: readonly string[],
  ours: OurTags,
  unsettled?: Unsettled,
): PlannedWrite[] {
  const writes: PlannedWrite[] = [];
  const target = wanted === null ? null : folded(wanted.tag);
  const journal = new Set(written?.tags.map(folded));
  const gone = new Set(unsettled?.removed.map(folded));
  const there = new Set(shopifyTags.map(folded));
  let present = false;
  for (const tag of shopifyTags) {
    const key = folded(tag);
    if (key === target) present = !gone.has(key);
    else if (ours.folded.has(key) || journal.has(key)) writes.push({ kind: 'tag-remove', value: tag });
  }
  for (const tag of unsettled?.added ?? []) {
    const key = folded(tag);
    if (key !== target && !there.has(key)) writes.push({ kind: 'tag-remove', value: tag });
  }
  if (wanted !== null && !present) writes.push({ kind: 'tag-add', value: wanted.tag });

  const segment = unsettled?.segment === true ? UNKNOWN_VALUE : (written?.segment ?? null);
  if (wanted === null && segment !== null) writes.push({ kind: 'segment-delete', value: '' });
  if (wanted !== null && wanted.segment !== segment)
    writes.push({ kind: 'segment-set', value: wanted.segment });
  const profile = unsettled?.profile === true ? UNKNOWN_VALUE : (written?.profile ?? null);
  if (wanted === null && profile !== null) writes.push({ kind: 'profile-delete', value: '' });
  if (wanted !== null && wanted.profile !== profile)
    writes.push({ kind: 'profile-set', value: wanted.profile });
  return writes;
}

/** Writes as `planCustomer` planned them, each with what it changes, so that it can be undone. */
export function withBefore(
  writes: readonly PlannedWrite[],
  written: WrittenState | null,
  unsettled?: Unsettled,
): NotedWrite[] {
  const known = (value: string | null | undefined, unsure: boolean | undefined): string | null =>
    unsure === true || value === UNKNOWN_VALUE ? null : (value ?? '');
  const unsure = new Set([...(unsettled?.added ?? []), ...(unsettled?.removed ?? [])].map(folded));
  return writes.map((write) => {
    const { kind, value } = write;
    if (kind === 'tag-add' || kind === 'tag-remove') {
      if (unsure.has(folded(value))) return { ...write, before: null };
      return { ...write, before: kind === 'tag-add' ? '' : value };
    }
    const before = kind.startsWith('segment')
      ? known(written?.segment, unsettled?.segment)
      : known(written?.profile, unsettled?.profile);
    return { ...write, before };
  });
}

/** Shopify keeps the first spelling of a tag and treats others as the same tag. */
export function folded(tag: string): string {
  return tag.trim().toLowerCase();
}

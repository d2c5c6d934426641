import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { segmentOf, TEN_SEGMENTS } from '#app/rfm/schemes.ts';
import {
  desired,
  ourTags,
  planCustomer,
  prefixFault,
  profileJson,
  segmentTag,
  type Desired,
  type PlannedWrite,
  type ScoredRow,
  type Unsettled,
  type WrittenState,
} from '#app/rfm/write-plan.ts';

/** A customer as Shopify keeps it: first spelling wins, case does not matter, a comma makes two tags. */
type OnShopify = { tags: string[]; segment: string | null; profile: string | null };

const same = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();

function apply(customer: OnShopify, writes: readonly PlannedWrite[]): OnShopify {
  const after = { ...customer, tags: [...customer.tags] };
  for (const { kind, value } of writes) {
    const parts = value.split(',').map((part) => part.trim());
    if (kind === 'tag-remove')
      after.tags = after.tags.filter((tag) => !parts.some((part) => same(part, tag)));
    if (kind === 'tag-add') {
      for (const part of parts) if (!after.tags.some((tag) => same(tag, part))) after.tags.push(part);
    }
    if (kind === 'segment-set') after.segment = value;
    if (kind === 'profile-set') after.profile = value;
    if (kind === 'segment-delete') after.segment = null;
    if (kind === 'profile-delete') after.profile = null;
  }
  return after;
}

const score = fc.integer({ min: 1, max: 5 });
const someRow: fc.Arbitrary<ScoredRow> = fc
  .record({ r: score, f: score, m: score, since: fc.integer({ min: 0, max: 40_000 }) })
  .map((row) => ({
    ...row,
    segment: segmentOf(TEN_SEGMENTS, { r: row.r, f: row.f, m: 1 }),
    previousSegment: null,
  }));

const slug = fc.constantFrom(...TEN_SEGMENTS.segments);
const prefix = fc.constantFrom('rfm', 'RFM', 'Kunde', '고객');
const spelling = (tag: string): fc.Arbitrary<string> => fc.constantFrom(tag, tag.toUpperCase());
const foreignTag = fc.constantFrom<string[]>(
  'VIP',
  'vip2',
  'wholesale',
  'rfm',
  'rfm:vip',
  'rfm:champion',
  'champions',
  'Loyal',
  'x:loyal',
);

const world = prefix.chain((name) =>
  fc.record({
    prefix: fc.constant(name),
    wanted: fc.option(someRow),
    foreign: fc.uniqueArray(foreignTag, { maxLength: 6 }),
    adopted: fc.uniqueArray(
      slug.chain((each) => spelling(segmentTag(name, each))),
      { maxLength: 3, selector: (tag) => tag.toLowerCase() },
    ),
    // Tags of an earlier prefix, known from the journal only.
    earlier: fc.uniqueArray(
      slug.map((each) => `old:${each}`),
      { maxLength: 2 },
    ),
    merchantRemoved: fc.boolean(),
    segment: fc.option(slug),
    profile: fc.option(someRow.map(profileJson)),
  }),
);

/** What is known of writes that were sent and never answered. */
function unanswered(writes: readonly PlannedWrite[]): Unsettled {
  const tags = (kind: 'tag-add' | 'tag-remove') =>
    writes.filter((write) => write.kind === kind).map(({ value }) => value);
  const sent = (field: 'segment' | 'profile') => writes.some(({ kind }) => kind.startsWith(field));
  return {
    added: tags('tag-add'),
    removed: tags('tag-remove'),
    segment: sent('segment'),
    profile: sent('profile'),
  };
}

const RFM = ourTags('rfm', TEN_SEGMENTS);

describe('write plan', () => {
  it('X3 X4: applied to any state gives the wanted state, is empty the second time and leaves foreign tags alone', () => {
    fc.assert(
      fc.property(world, (given) => {
        const wanted = desired(given.wanted, given);
        const { segment, profile } = given;
        const journal: WrittenState = { tags: given.earlier, segment, profile };
        const tags = [...given.foreign, ...given.adopted, ...(given.merchantRemoved ? [] : given.earlier)];
        const writes = planCustomer(wanted, journal, tags, ourTags(given.prefix, TEN_SEGMENTS));
        const after = apply({ tags, segment, profile }, writes);

        expectWanted(after, wanted, tags, given.foreign);
        const ours = after.tags.filter((tag) => !given.foreign.includes(tag));
        const written = { tags: ours, ...metafields(after) };
        expect(planCustomer(wanted, written, after.tags, ourTags(given.prefix, TEN_SEGMENTS))).toEqual([]);
      }),
      { numRuns: 1000 },
    );
  });

  it('X3 X4: whatever arrived of a plan that was never answered, the next one gives the wanted state', () => {
    const arrival = fc.array(fc.boolean(), { minLength: 16, maxLength: 16 });
    fc.assert(
      fc.property(world, fc.option(someRow), arrival, (given, later, arrived) => {
        const { segment, profile } = given;
        const journal: WrittenState = { tags: given.earlier, segment, profile };
        const tags = [...given.foreign, ...given.adopted, ...(given.merchantRemoved ? [] : given.earlier)];
        const sent = planCustomer(
          desired(given.wanted, given),
          journal,
          tags,
          ourTags(given.prefix, TEN_SEGMENTS),
        );
        const really = apply(
          { tags, segment, profile },
          sent.filter((_, i) => arrived[i]),
        );
        const wanted = desired(later, given);
        const writes = planCustomer(
          wanted,
          journal,
          tags,
          ourTags(given.prefix, TEN_SEGMENTS),
          unanswered(sent),
        );
        expectWanted(apply(really, writes), wanted, tags, given.foreign);
        // Nothing is written twice, and no tag is taken away to be given again.
        const touched = writes.map(({ kind, value }) =>
          kind.startsWith('tag') ? value.toLowerCase() : kind.split('-')[0],
        );
        expect(new Set(touched).size).toBe(touched.length);
      }),
      { numRuns: 1000 },
    );
  });

  function expectWanted(
    after: OnShopify,
    wanted: Desired | null,
    tags: readonly string[],
    foreign: readonly string[],
  ): void {
    const kept = (all: readonly string[]) => all.filter((tag) => foreign.includes(tag));
    expect(kept(after.tags)).toEqual(kept(tags));
    const ours = after.tags.filter((tag) => !foreign.includes(tag)).map((tag) => tag.toLowerCase());
    expect(ours).toEqual(wanted ? [wanted.tag.toLowerCase()] : []);
    expect(after.segment).toBe(wanted?.segment ?? null);
    expect(after.profile).toBe(wanted?.profile ?? null);
  }

  const metafields = ({ segment, profile }: OnShopify) => ({ segment, profile });
  const champion: Desired = desired(
    { r: 5, f: 5, m: 4, segment: 'champions', previousSegment: 'loyal', since: 19_000 },
    RFM,
  ) as Desired;

  it('whoever becomes unscored loses the tag and both metafields', () => {
    const written = { tags: ['rfm:champions'], segment: 'champions', profile: champion.profile };
    expect(planCustomer(null, written, ['VIP', 'rfm:champions'], RFM)).toEqual([
      { kind: 'tag-remove', value: 'rfm:champions' },
      { kind: 'segment-delete', value: '' },
      { kind: 'profile-delete', value: '' },
    ]);
    expect(planCustomer(null, null, ['VIP', 'rfm:vip'], RFM)).toEqual([]);
  });

  it('X1: a tag of ours spelt otherwise by the merchant stays as it is', () => {
    const kinds = planCustomer(champion, null, ['RFM:Champions'], RFM).map(({ kind }) => kind);
    expect(kinds).toEqual(['segment-set', 'profile-set']);
    expect(planCustomer(champion, null, ['RFM:Loyal'], RFM)[0]).toEqual({
      kind: 'tag-remove',
      value: 'RFM:Loyal',
    });
  });

  it('X4: what may have arrived or not is written once more, though it seems to be there', () => {
    const written = { tags: ['rfm:champions'], segment: champion.segment, profile: champion.profile };
    const plan = (wanted: Desired | null, more: Partial<Unsettled>) =>
      planCustomer(wanted, written, ['rfm:champions'], RFM, { ...unanswered([]), ...more });
    expect(plan(champion, {})).toEqual([]);
    expect(plan(champion, { removed: ['RFM:Champions'] })).toEqual([
      { kind: 'tag-add', value: 'rfm:champions' },
    ]);
    expect(plan(champion, { added: ['rfm:loyal'] })).toEqual([{ kind: 'tag-remove', value: 'rfm:loyal' }]);
    expect(plan(champion, { segment: true })).toEqual([{ kind: 'segment-set', value: 'champions' }]);
    expect(plan(champion, { profile: true })).toEqual([{ kind: 'profile-set', value: champion.profile }]);
    const nothing = planCustomer(null, null, [], RFM, { ...unanswered([]), segment: true, profile: true });
    expect(nothing.map(({ kind }) => kind)).toEqual(['segment-delete', 'profile-delete']);
  });

  it('X1: blanks around a tag do not make it another one', () => {
    const kinds = planCustomer(champion, null, [' rfm:champions '], RFM).map(({ kind }) => kind);
    expect(kinds).toEqual(['segment-set', 'profile-set']);
  });

  it('X1: room is made before a tag is added, for customers at the limit of tags', () => {
    const kinds = planCustomer(champion, null, ['rfm:loyal'], RFM).map(({ kind }) => kind);
    expect(kinds.indexOf('tag-remove')).toBeLessThan(kinds.indexOf('tag-add'));
  });

  it('X1 X2: a prefix that would break a tag is refused', () => {
    expect(prefixFault('Lost,big')).toBe('comma');
    expect(prefixFault('vip:rfm')).toBe('colon');
    expect(prefixFault('')).toBe('empty');
    for (const blank of [' rfm', 'r fm', 'a\nb', 'a\u00a0b']) expect(prefixFault(blank)).toBe('space');
    for (const unseen of ['a\u0000', 'a\u200bb']) expect(prefixFault(unseen)).toBe('invisible');
    expect(prefixFault('x'.repeat(41))).toBe('too-long');
    // 40 characters are counted as people do, not in UTF-16 units or bytes.
    expect(prefixFault('😀'.repeat(40))).toBeNull();
    for (const each of TEN_SEGMENTS.segments) {
      expect([...segmentTag('x'.repeat(40), each)].length).toBeLessThanOrEqual(255);
    }
    expect(() => ourTags('a,b', TEN_SEGMENTS)).toThrow(new RangeError('tag prefix: comma'));
  });

  it('X4: a tag of ours that the merchant deleted by hand comes back with the next plan', () => {
    const written = { tags: ['rfm:champions'], segment: champion.segment, profile: champion.profile };
    expect(planCustomer(champion, written, ['VIP'], RFM)).toEqual([
      { kind: 'tag-add', value: 'rfm:champions' },
    ]);
  });

  it('the profile keeps its keys in one order, so equal profiles are equal texts', () => {
    expect(champion.profile).toBe(
      '{"r":5,"f":5,"m":4,"segment":"champions","tier":"high","previous_segment":"loyal","since":"2022-01-08"}',
    );
  });
});

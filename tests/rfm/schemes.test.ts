import { describe, expect, it } from 'vitest';
import type { OwnScheme } from '#app/rfm/own-scheme.ts';
import {
  atRiskSegments,
  CELLS,
  cellsOf,
  meanOf,
  nearestOfTen,
  numberOfSlug,
  SCHEME_IDS,
  schemeOf,
  segmentNumbers,
  segmentOf,
  slugOfNumber,
  TEN_SEGMENTS,
  type Scores,
} from '#app/rfm/schemes.ts';
import en from '#app/i18n/en.json' with { type: 'json' };
import { publishedMaps } from './published-maps.ts';

const dir = process.env['REFERENCE_DIR'];

const OWN: OwnScheme = {
  axes: 'rf',
  segments: [
    { slug: 'here', name: 'Here', color: 'green', cells: CELLS.filter(({ r }) => r >= 3).map(cellIn) },
    { slug: 'gone', name: 'Gone', color: 'gray', cells: CELLS.filter(({ r }) => r < 3).map(cellIn) },
  ],
  former: [{ slug: 'whales', name: 'Whales', color: 'blue' }],
};
function cellIn({ r, f }: Scores): string {
  return `${r}${f}`;
}

const schemes = SCHEME_IDS.map((scheme) => schemeOf({ scheme, ownScheme: OWN }));

describe('every scheme', () => {
  it.each(schemes)(
    '$id gives each of the 125 cells one of its segments, and each segment a cell',
    (scheme) => {
      const reached = new Set(CELLS.map((cell) => segmentOf(scheme, cell)));
      expect([...reached].toSorted()).toEqual([...scheme.segments].toSorted());
      const cells = scheme.segments.flatMap((slug) => cellsOf(scheme, slug));
      expect(cells).toHaveLength(125);
      expect(new Set(cells).size).toBe(125);
    },
  );

  it.each(schemes)(
    '$id knows every segment a customer may have been in, by a number that fits a byte',
    (scheme) => {
      expect(scheme.known).toEqual(expect.arrayContaining(['champions', 'dormant', 'low', 'here', 'whales']));
      expect(new Set(scheme.known).size).toBe(scheme.known.length);
      for (const slug of scheme.known) {
        const number = numberOfSlug(scheme, slug);
        expect(number).toBeGreaterThan(0);
        expect(number).toBeLessThan(256);
        expect(slugOfNumber(scheme, number)).toBe(slug);
      }
      expect([numberOfSlug(scheme, null), slugOfNumber(scheme, 0)]).toEqual([0, null]);
      expect(() => numberOfSlug(scheme, 'never-heard-of')).toThrow(RangeError);
    },
  );

  it('that ships has English slugs fit for a tag, and a name', () => {
    const texts: Record<string, unknown> = en.segments;
    for (const { segments } of schemes.filter(({ id }) => id !== 'own')) {
      for (const slug of segments) {
        expect(slug).toMatch(/^[a-z]+(-[a-z]+)*$/);
        expect(texts[slug]).toEqual({
          name: expect.any(String) as string,
          code: expect.any(String) as string,
          means: expect.any(String) as string,
        });
      }
    }
  });

  it('gives every customer’s segment in one column, unscored customers none', () => {
    const numbers = segmentNumbers(TEN_SEGMENTS, {
      r: Uint8Array.of(5, 3, 0, 1),
      f: Uint8Array.of(5, 3, 0, 5),
      m: Uint8Array.of(1, 2, 0, 5),
    });
    const slugs = [...numbers].map((number) => slugOfNumber(TEN_SEGMENTS, number));
    expect(slugs).toEqual(['champions', 'needs-attention', null, 'cant-lose-them']);
  });

  it('has no cell outside 1 to 5', () => {
    expect(() => segmentOf(TEN_SEGMENTS, { r: 0, f: 3, m: 1 })).toThrow(RangeError);
    expect(() => segmentOf(TEN_SEGMENTS, { r: 5, f: 6, m: 1 })).toThrow(RangeError);
    const counted = { r: 5, f: 5, m: 1, customers: 900 };
    expect(segmentOf(TEN_SEGMENTS, counted)).toBe('champions');
  });

  it('of the merchant’s own cannot be used before it is made', () => {
    expect(() => schemeOf({ scheme: 'own', ownScheme: null })).toThrow(RangeError);
  });
});

describe('the segments of the at-risk list', () => {
  it('are At risk, Can’t lose them and Needs attention, or what is nearest to them', () => {
    const listed = Object.fromEntries(
      schemes.map((scheme) => [scheme.id, atRiskSegments(scheme).toSorted()]),
    );
    expect(listed).toEqual({
      ten: ['at-risk', 'cant-lose-them', 'needs-attention'],
      six: ['at-risk', 'needs-attention'],
      eleven: ['at-risk', 'needs-attention', 'previously-loyal'],
      tiers: [],
      own: [],
    });
  });

  it('are told by their cells where they have a name of the merchant’s own, the best first', () => {
    const away = OWN.segments.map((one) => one);
    away[1] = { slug: 'gone', name: 'Gone', color: 'gray', cells: ['11', '12', '21', '22'] };
    away.push({ slug: 'old-friends', name: 'Old friends', color: 'red', cells: ['13', '14', '23', '24'] });
    away.push({ slug: 'dear', name: 'Dear', color: 'red', cells: ['15', '25'] });
    const scheme = schemeOf({ scheme: 'own', ownScheme: { ...OWN, segments: away } });
    expect(atRiskSegments(scheme)).toEqual(['dear', 'old-friends']);
    expect(nearestOfTen(scheme, 'gone')).toBe('hibernating');
    expect(nearestOfTen(scheme, 'here')).toBeNull();
  });
});

describe('the mean of frequency and spend', () => {
  it('is rounded up at half steps', () => {
    expect([meanOf(1, 1), meanOf(1, 2), meanOf(2, 4), meanOf(4, 5)]).toEqual([1, 2, 3, 5]);
  });
});

describe.skipIf(!dir)(
  'the schemes that ship, beside the published maps (skipped without REFERENCE_DIR)',
  () => {
    const third = (score: number): number => [1, 1, 2, 3, 3][score - 1]!;
    const PUBLISHED = [
      ['ten', 'clevertap-10', ({ r, f }: Scores) => `${r}${f}`],
      ['six', 'klaviyo-6-reconstruction', ({ r, f, m }: Scores) => `${third(r)}${third(f)}${third(m)}`],
      ['eleven', 'shopify-11-inferred', ({ r, f, m }: Scores) => `${r}${Math.round((f + m) / 2)}`],
    ] as const;
    const plain = (name: string): string =>
      name
        .toLowerCase()
        .replace(' users', '')
        .replace(/[^a-z]/g, '');

    it.each(PUBLISHED)('%s names every cell as %s does', (id, map, cellOf) => {
      const scheme = schemeOf({ scheme: id, ownScheme: null });
      const { segments } = publishedMaps(dir!).find((one) => one.id === map)!;
      const names = new Map(segments.flatMap(({ name, cells }) => cells.map((cell) => [cell, name])));
      for (const scores of CELLS) {
        const text = `R${scores.r} F${scores.f} M${scores.m}`;
        expect(plain(segmentOf(scheme, scores)), text).toBe(plain(names.get(cellOf(scores))!));
      }
    });
  },
);

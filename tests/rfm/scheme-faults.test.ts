import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isWhole, schemeFaults } from '#app/rfm/scheme-faults.ts';
import { publishedMaps } from './published-maps.ts';

const dir = process.env['REFERENCE_DIR'];

describe('a map of cells to segments', () => {
  it('has its holes, its overlaps and what nobody reaches named', () => {
    const faults = schemeFaults(
      ['11', '12', '21', '22'],
      [
        { name: 'A', cells: ['11', '12'] },
        { name: 'B', cells: ['12'] },
        { name: 'C', cells: [] },
        { name: 'D', cells: ['22'] },
      ],
    );
    expect(faults).toEqual({
      holes: ['21'],
      overlaps: [{ cell: '12', segments: ['A', 'B'] }],
      unreachable: ['B', 'C'],
    });
    expect(isWhole(faults)).toBe(false);
  });

  it('is whole exactly when each cell has one segment and each segment a cell', () => {
    const cells = ['11', '12', '13', '21', '22', '23'];
    const segment = fc.subarray(cells);
    fc.assert(
      fc.property(fc.array(segment, { minLength: 1, maxLength: 5 }), (claims) => {
        const segments = claims.map((claimed, i) => ({ name: `S${i}`, cells: claimed }));
        const once = cells.every((cell) => claims.filter((claimed) => claimed.includes(cell)).length === 1);
        const used = claims.every((claimed) => claimed.length > 0);
        expect(isWhole(schemeFaults(cells, segments))).toBe(once && used);
      }),
    );
  });
});

describe.skipIf(!dir)('the published maps (skipped without REFERENCE_DIR)', () => {
  /** Cells, holes, cells of more than one segment, the most segments a cell is in, and who is never reached. */
  const PUTLER_LOST = ['Recent (New) Customers', 'Promising', "Can't Lose Them", 'Lost'];
  const KNOWN: Record<string, [...counts: number[], unreachable: string[]]> = {
    'clevertap-10': [25, 0, 0, 1, []],
    'shopify-11-inferred': [25, 0, 0, 1, []],
    'shopify-11-inferred-halfsteps': [45, 10, 0, 1, []],
    'klaviyo-6-reconstruction': [27, 0, 0, 1, []],
    'putler-11': [36, 0, 26, 5, ["Can't Lose Them"]],
    'putler-11-on-1-5-halfsteps': [45, 0, 30, 5, PUTLER_LOST],
    'r-rfm-0.2.2': [125, 36, 39, 4, ['New Customers', 'Promising', "Can't Lose Them"]],
    'r-rfm-0.3.0': [125, 10, 58, 5, []],
    'bloomreach-11-a': [125, 0, 0, 1, []],
    'bloomreach-11-b-squeezely': [125, 0, 0, 1, []],
    'pymc-marketing-5': [64, 18, 0, 1, []],
    'pypi-rfm': [125, 0, 44, 3, []],
    'shopify-admin-skills-10': [125, 74, 9, 2, []],
    'quartile-classic': [64, 35, 4, 3, ['Almost Lost', 'Lost Customers']],
    'adhoc-4x4-port': [16, 0, 3, 2, ['Champions']],
    'tresl-lifecycle-12': [12, 0, 0, 1, []],
  };
  const maps = dir === undefined ? [] : publishedMaps(dir);

  it('are all there', () => expect(maps.map(({ id }) => id)).toEqual(Object.keys(KNOWN)));

  it.each(maps)('$id has exactly the faults that are known of it', ({ id, cells, segments }) => {
    const { holes, overlaps, unreachable } = schemeFaults(cells, segments);
    const most = Math.max(1, ...overlaps.map(({ segments: claimed }) => claimed.length));
    expect([cells.length, holes.length, overlaps.length, most, unreachable]).toEqual(KNOWN[id]);
  });

  it('have their holes named by cell', () => {
    const { cells, segments } = maps.find(({ id }) => id === 'r-rfm-0.3.0')!;
    const { holes, overlaps } = schemeFaults(cells, segments);
    expect(holes).toEqual('215 241 251 252 341 351 441 451 541 551'.split(' '));
    expect(overlaps.find(({ cell }) => cell === '134')?.segments.toSorted()).toEqual([
      'At Risk',
      "Can't Lose Them",
      'Lost',
      'Need Attention',
    ]);
  });
});

import { describe, expect, it } from 'vitest';
import {
  samePlaces,
  segmentFault,
  slugFrom,
  withFormer,
  type OwnScheme,
  type OwnSegment,
} from '#app/rfm/own-scheme.ts';

const segment = (name: string, slug: string, cells: string[] = ['11']): OwnSegment => ({
  name,
  slug,
  color: 'blue',
  cells,
});
const scheme = (...segments: OwnSegment[]): OwnScheme => ({ axes: 'rf', segments, former: [] });

describe('a segment of the merchant’s own', () => {
  it.each([
    [[segment('VIP', 'vip')], null],
    [[segment('단골 고객', 'regulars')], null],
    [[segment('  ', 'vip')], 'no-name'],
    [[segment('x'.repeat(41), 'vip')], 'long-name'],
    [[segment('VIP', 'vip'), segment('vip ', 'vip-2')], 'same-name'],
    [[segment('VIP', '')], 'slug'],
    [[segment('VIP', 'Very important')], 'slug'],
    [[segment('VIP', 'v,ip')], 'slug'],
    [[segment('VIP', '-vip')], 'slug'],
    [[segment('VIP', 'unscored')], 'taken-slug'],
    [[segment('VIP', 'vip'), segment('Best', 'vip')], 'same-slug'],
  ] as const)('%j: %s', (segments, fault) => {
    expect(segmentFault(segments, 0)).toBe(fault);
  });

  it('gets a slug from its name, another one than those that are taken', () => {
    expect(slugFrom('Big spenders!', [])).toBe('big-spenders');
    expect(slugFrom('Très fidèles', [])).toBe('tres-fideles');
    expect(slugFrom('VIP', ['vip', 'vip-2'])).toBe('vip-3');
    expect(slugFrom('Unscored', [])).toBe('unscored-2');
    expect(slugFrom('단골', ['segment'])).toBe('segment-2');
    const long = slugFrom('Very '.repeat(20), []);
    expect(segmentFault([segment('VIP', long)], 0)).toBeNull();
  });
});

describe('a scheme that is saved', () => {
  const before = {
    ...scheme(segment('VIP', 'vip'), segment('Rest', 'rest')),
    former: [segment('Old', 'old')],
  };

  it('keeps the names of segments that were taken out, and forgets those that came back', () => {
    const { former } = withFormer(scheme(segment('Everyone', 'rest'), segment('Old again', 'old')), before);
    expect(former).toEqual([{ slug: 'vip', name: 'VIP', color: 'blue' }]);
    expect(withFormer(scheme(segment('VIP', 'vip')), null).former).toEqual([]);
  });

  it('moves nobody when only names and colours change, or the order in which cells are listed', () => {
    const painted = scheme(segment('VIP', 'vip', ['55', '54']), segment('Rest', 'rest', ['11']));
    const renamed = scheme(
      { ...segment('Best', 'vip', ['54', '55']), color: 'red' },
      segment('Rest', 'rest', ['11']),
    );
    expect(samePlaces(painted, renamed)).toBe(true);
    expect(
      samePlaces(painted, scheme(segment('VIP', 'vip', ['55']), segment('Rest', 'rest', ['11', '54']))),
    ).toBe(false);
    expect(samePlaces(painted, { ...painted, axes: 'rfm-mean' })).toBe(false);
    expect(samePlaces(null, painted)).toBe(false);
  });
});

import { describe, expect, it } from 'vitest';
import { asMetafields, BULK_DOCUMENTS, bulkFile, packed } from '#app/jobs/journal-packs.ts';
import type { JournalRow } from '#app/models/writes.server.ts';
import type { WriteKind } from '#app/rfm/write-plan.ts';

let ids = 0;
const row = (customerId: number, kind: WriteKind, value = 'rfm:new'): JournalRow => ({
  id: (ids += 1),
  customerId,
  kind,
  value,
  before: null,
});
const customersOf = (packs: readonly JournalRow[][]): number[][] =>
  packs.map((pack) => pack.map(({ customerId }) => customerId));
const read = (lines: readonly Buffer[]): unknown[] =>
  lines.map((line) => {
    expect(line.toString()).toMatch(/^[^\n]+\n$/);
    return JSON.parse(line.toString()) as unknown;
  });

describe('X1 X5: given rows of the journal', () => {
  it.each(['tags-add', 'tags-remove'] as const)(
    'of %s, then one call carries the tags of one customer',
    (channel) => {
      const kind = channel === 'tags-add' ? 'tag-add' : 'tag-remove';
      const rows = [7, 7, 8, 7].map((customer) => row(customer, kind));
      expect(customersOf(packed(rows, channel))).toEqual([[7, 7], [8], [7]]);
      expect(packed(rows, channel).flat()).toEqual(rows);
      expect(packed([], channel)).toEqual([]);
    },
  );

  it.each(['metafields-set', 'metafields-delete'] as const)(
    'of %s, then one call carries 25 of any customers',
    (channel) => {
      const kind = channel === 'metafields-set' ? 'segment-set' : 'segment-delete';
      const rows = Array.from({ length: 51 }, (_, n) => row(n % 2 === 0 ? 1 : n, kind));
      expect(packed(rows, channel).map(({ length }) => length)).toEqual([25, 25, 1]);
      expect(packed(rows, channel).flat()).toEqual(rows);
    },
  );

  it('of metafields, then each names the one it is about', () => {
    const kinds = ['segment-set', 'segment-delete', 'profile-set', 'profile-delete'] as const;
    const rows = kinds.map((kind) => row(1, kind));
    const keys = ['rfm_segment', 'rfm_segment', 'rfm_profile', 'rfm_profile'];
    expect(asMetafields(rows)).toEqual(rows.map((one, n) => ({ ...one, key: keys[n] })));
  });

  it('then a line of a bulk file says what a call of the same pack would', () => {
    const tags = [[row(7, 'tag-add', 'rfm:loyal'), row(7, 'tag-add', 'b')], [row(8, 'tag-add', 'c')]];
    const lines = [
      { id: 'gid://shopify/Customer/7', tags: ['rfm:loyal', 'b'] },
      { id: 'gid://shopify/Customer/8', tags: ['c'] },
    ];
    expect(read(bulkFile(tags, 'tags-add'))).toEqual(lines);
    expect(read(bulkFile(tags, 'tags-remove'))).toEqual(lines);
    const set = [[row(7, 'segment-set', 'loyal'), row(8, 'profile-set', '{"r":5}')]];
    const segment = { ownerId: 'gid://shopify/Customer/7', namespace: '$app', key: 'rfm_segment' };
    const profile = { ownerId: 'gid://shopify/Customer/8', namespace: '$app', key: 'rfm_profile' };
    expect(read(bulkFile(set, 'metafields-set'))).toEqual([
      {
        metafields: [
          { ...segment, type: 'single_line_text_field', value: 'loyal' },
          { ...profile, type: 'json', value: '{"r":5}' },
        ],
      },
    ]);
    const gone = [[row(7, 'segment-delete', ''), row(8, 'profile-delete', '')]];
    expect(read(bulkFile(gone, 'metafields-delete'))).toEqual([{ metafields: [segment, profile] }]);
  });

  it('then each channel has the document that does what it says', () => {
    const fields = Object.entries(BULK_DOCUMENTS).map(([channel, document]) => [
      channel,
      /^ {4}(\w+)\(/m.exec(document)?.[1],
    ]);
    expect(Object.fromEntries(fields)).toEqual({
      'metafields-set': 'metafieldsSet',
      'metafields-delete': 'metafieldsDelete',
      'tags-remove': 'tagsRemove',
      'tags-add': 'tagsAdd',
    });
  });
});

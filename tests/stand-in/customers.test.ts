import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { smallShop, type SmallShop } from './small-shop.ts';

const ADD =
  'mutation Add($id: ID!, $tags: [String!]!) { tagsAdd(id: $id, tags: $tags) { node { id } userErrors { field message } } }';
const REMOVE = ADD.replaceAll('tagsAdd', 'tagsRemove').replace('Add', 'Remove');
const SET = `mutation Set($m: [MetafieldsSetInput!]!) {
  metafieldsSet(metafields: $m) { metafields { namespace key type value compareDigest } userErrors { code field elementIndex } } }`;
const DELETE = `mutation Delete($m: [MetafieldIdentifierInput!]!) {
  metafieldsDelete(metafields: $m) { deletedMetafields { ownerId key } userErrors { message } } }`;
const id = 'gid://shopify/Customer/1';
const segment = { ownerId: id, namespace: '$app', key: 'rfm_segment', value: 'loyal' };

type Set = {
  metafieldsSet: {
    metafields:
      { namespace: string; key: string; type: string; value: string; compareDigest: string }[] | null;
    userErrors: { code: string; field: string[]; elementIndex: number | null }[];
  };
};

let small: SmallShop;
beforeEach(async () => {
  small = await smallShop();
});
afterEach(() => small.standIn.close());

const tags = (): readonly string[] => small.shop.customers.get(1)?.tags ?? [];
const set = async (...m: object[]): Promise<Set['metafieldsSet']> =>
  ((await small.ask(SET, { m })).data as never as Set).metafieldsSet;
const codes = async (...m: object[]): Promise<string[]> =>
  (await set(...m)).userErrors.map(({ code }) => code);

describe('tags', () => {
  it('are unique whatever their case, and keep the case of whoever came first', async () => {
    await small.ask(ADD, { id, tags: ['VIP'] });
    await small.ask(ADD, { id, tags: ['vip', ' big '] });
    expect(tags()).toEqual(['big', 'VIP']);
    await small.ask(REMOVE, { id, tags: ['Vip'] });
    expect(tags()).toEqual(['big']);
  });

  it('are two when they hold a comma', async () => {
    await small.ask(ADD, { id, tags: ['Lost, big'] });
    expect(tags()).toEqual(['big', 'Lost']);
  });

  it('are 250 at most, of 255 characters at most', async () => {
    const many = Array.from({ length: 249 }, (_, i) => `t${i}`);
    await small.ask(ADD, { id, tags: many });
    const over = await small.ask(ADD, { id, tags: ['a', 'b'] });
    expect(over.data).toMatchObject({ tagsAdd: { node: null, userErrors: [{ field: ['tags'] }] } });
    expect(tags()).toHaveLength(249);
    await small.ask(ADD, { id, tags: ['😀'.repeat(255)] });
    expect(tags()).toHaveLength(250);
    await small.ask(REMOVE, { id, tags: ['t0'] });
    const long = await small.ask(ADD, { id, tags: ['x'.repeat(256)] });
    expect(long.data).toMatchObject({ tagsAdd: { userErrors: [{ field: ['tags'] }] } });
  });

  it('of a customer who is gone are a user error', async () => {
    const { data } = await small.ask(ADD, { id: 'gid://shopify/Customer/99', tags: ['a'] });
    expect(data).toMatchObject({ tagsAdd: { node: null, userErrors: [{ field: ['id'] }] } });
  });
});

describe('metafields', () => {
  it('of the app take their type from the toml and live in its reserved namespace', async () => {
    const { metafields, userErrors } = await set({ ...segment, namespace: undefined });
    expect(userErrors).toEqual([]);
    expect(metafields).toMatchObject([
      { namespace: 'app--198233088001', key: 'rfm_segment', type: 'single_line_text_field' },
    ]);
    const { data } = await small.ask(
      `{ customer(id: "${id}") { metafield(namespace: "$app", key: "rfm_segment") { value } } }`,
    );
    expect(data).toEqual({ customer: { metafield: { value: 'loyal' } } });
    expect(await codes({ ...segment, namespace: 'app--1' })).toEqual(['APP_NOT_AUTHORIZED']);
  });

  it('are set all together or not at all', async () => {
    const good = { ...segment, ownerId: 'gid://shopify/Customer/2' };
    const { metafields, userErrors } = await set(good, { ...segment, key: 'rfm_profile', value: '{broken' });
    expect(metafields).toBeNull();
    expect(userErrors).toEqual([
      { code: 'INVALID_VALUE', field: ['metafields', '1', 'value'], elementIndex: 1 },
    ]);
    expect(small.shop.customers.get(2)?.metafields.size).toBe(0);
  });

  it('are 25 in one call at most', async () => {
    expect(await codes(...Array.from({ length: 26 }, () => segment))).toEqual(['LESS_THAN_OR_EQUAL_TO']);
  });

  it('are compared before they are set when a digest is given', async () => {
    const [first] = (await set({ ...segment, compareDigest: null })).metafields ?? [];
    expect(await codes({ ...segment, compareDigest: null })).toEqual(['STALE_OBJECT']);
    expect(await codes({ ...segment, value: 'new', compareDigest: first?.compareDigest })).toEqual([]);
    expect(await codes({ ...segment, compareDigest: first?.compareDigest })).toEqual(['STALE_OBJECT']);
    expect(await codes({ ...segment, compareDigest: 'short' })).toEqual(['INVALID_COMPARE_DIGEST']);
  });

  it('are refused with the wrong type, no type, no value, a line break or no owner', async () => {
    expect(await codes({ ...segment, type: 'json' })).toEqual(['INVALID_TYPE']);
    expect(await codes({ ...segment, key: 'unknown' })).toEqual(['BLANK']);
    expect(await codes({ ...segment, value: '' })).toEqual(['BLANK']);
    expect(await codes({ ...segment, value: 'a\nb' })).toEqual(['INVALID_VALUE']);
    expect(await codes({ ...segment, ownerId: 'gid://shopify/Customer/99' })).toEqual(['INVALID']);
  });

  it('are deleted, and those nobody has answer null', async () => {
    await set(segment);
    const m = [
      { ownerId: id, namespace: '$app', key: 'rfm_segment' },
      { ownerId: id, namespace: '$app', key: 'rfm_profile' },
    ];
    const { data } = await small.ask(DELETE, { m });
    expect(data).toEqual({
      metafieldsDelete: { deletedMetafields: [{ ownerId: id, key: 'rfm_segment' }, null], userErrors: [] },
    });
  });
});

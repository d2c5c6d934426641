import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { finished, smallShop, type SmallShop } from './small-shop.ts';

const STAGE = `mutation Stage($input: [StagedUploadInput!]!) {
  stagedUploadsCreate(input: $input) { stagedTargets { url parameters { name value } } userErrors { message } } }`;
const RUN = `mutation Run($mutation: String!, $path: String!) {
  bulkOperationRunMutation(mutation: $mutation, stagedUploadPath: $path) { bulkOperation { id } userErrors { code message } } }`;
const TAG =
  'mutation Tag($id: ID!, $tags: [String!]!) { tagsAdd(id: $id, tags: $tags) { node { id } userErrors { field message } } }';

type Target = { url: string; parameters: { name: string; value: string }[] };
type Run = {
  bulkOperationRunMutation: { bulkOperation: { id: string } | null; userErrors: { code: string }[] };
};

let small: SmallShop;
beforeEach(async () => {
  small = await smallShop();
});
afterEach(() => small.standIn.close());

async function stage(): Promise<Target> {
  const input = [
    { resource: 'BULK_MUTATION_VARIABLES', filename: 'v.jsonl', mimeType: 'text/jsonl', httpMethod: 'POST' },
  ];
  const { data } = await small.ask(STAGE, { input });
  const [target] = (data as never as { stagedUploadsCreate: { stagedTargets: Target[] } }).stagedUploadsCreate
    .stagedTargets;
  if (target === undefined) throw new Error('nothing was staged');
  return target;
}

async function upload(
  { url, parameters }: Target,
  content: string,
  change: (form: FormData) => void = () => undefined,
): Promise<number> {
  const form = new FormData();
  for (const { name, value } of parameters) form.append(name, value);
  form.append('file', new Blob([content], { type: 'text/jsonl' }), 'v.jsonl');
  change(form);
  return (await small.fetch(url, { method: 'POST', body: form })).status;
}

const keyOf = ({ parameters }: Target): string =>
  String(parameters.find(({ name }) => name === 'key')?.value);
const run = async (path: string, mutation = TAG): Promise<Run['bulkOperationRunMutation']> =>
  ((await small.ask(RUN, { mutation, path })).data as never as Run).bulkOperationRunMutation;

describe('a bulk mutation', () => {
  it('carries out every line of the upload and says what came of each', async () => {
    const target = await stage();
    const lines = [1, 2, 99].map((id) =>
      JSON.stringify({ id: `gid://shopify/Customer/${id}`, tags: ['rfm:new'] }),
    );
    expect(await upload(target, `${lines.join('\n')}\nnot json\n`)).toBe(201);
    const end = await finished(small.ask, (await run(keyOf(target))).bulkOperation?.id ?? '');
    expect(end).toMatchObject({ status: 'COMPLETED', objectCount: '4' });
    const results = (await (await small.fetch(String(end.url))).text())
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as unknown);
    expect(results).toEqual([
      { data: { tagsAdd: { node: { id: 'gid://shopify/Customer/1' }, userErrors: [] } }, __lineNumber: 0 },
      { data: { tagsAdd: { node: { id: 'gid://shopify/Customer/2' }, userErrors: [] } }, __lineNumber: 1 },
      {
        data: {
          tagsAdd: { node: null, userErrors: [{ field: ['id'], message: 'Customer does not exist' }] },
        },
        __lineNumber: 2,
      },
      { errors: [{ message: 'The line is not valid JSON' }], __lineNumber: 3 },
    ]);
    expect(small.shop.customers.get(2)?.tags).toEqual(['rfm:new']);
  });

  it('takes the time its stated rate allows', async () => {
    const paced = await smallShop({
      timeScale: 100,
      bulkPace: { mutationLinesPerSecond: 10, startSeconds: 1 },
    });
    await small.standIn.close();
    small = paced;
    const target = await stage();
    const line = JSON.stringify({ id: 'gid://shopify/Customer/1', tags: ['a'] });
    await upload(target, `${line}\n`.repeat(300));
    const begun = performance.now();
    await finished(small.ask, (await run(keyOf(target))).bulkOperation?.id ?? '');
    expect(performance.now() - begun).toBeGreaterThan(290);
  });

  it('does not start without an uploaded file, or with something that is no single mutation', async () => {
    const target = await stage();
    expect((await run(keyOf(target))).userErrors).toMatchObject([{ code: 'NO_SUCH_FILE' }]);
    await upload(target, '{}');
    for (const mutation of ['{ shop { id } }', 'mutation Tag {', TAG.replace('tagsAdd', 'nonsense')]) {
      expect((await run(keyOf(target), mutation)).userErrors).toMatchObject([{ code: 'INVALID_MUTATION' }]);
    }
  });

  it('stops after any number of lines on demand, with what it did until then', async () => {
    const target = await stage();
    const lines = [1, 2, 3].map((id) =>
      JSON.stringify({ id: `gid://shopify/Customer/${id}`, tags: ['late'] }),
    );
    await upload(target, lines.join('\n'));
    small.standIn.trouble.add({
      op: 'bulkOperationRunMutation',
      action: 'failBulk',
      afterLines: 2,
      partial: true,
    });
    const end = await finished(small.ask, (await run(keyOf(target))).bulkOperation?.id ?? '');
    expect(end).toMatchObject({ status: 'FAILED', objectCount: '2', url: null });
    expect((await (await small.fetch(String(end.partialDataUrl))).text()).split('\n')).toHaveLength(3);
    expect([1, 2, 3].map((id) => small.shop.customers.get(id)?.tags.length)).toEqual([1, 1, 0]);
  });
});

describe('a staged upload', () => {
  it('is refused with a field changed or missing, or with anything after the file', async () => {
    const target = await stage();
    expect(await upload(target, '{}', (form) => form.set('policy', 'x'))).toBe(403);
    expect(await upload(target, '{}', (form) => form.delete('x-goog-signature'))).toBe(403);
    expect(await upload(target, '{}', (form) => form.append('late', 'x'))).toBe(400);
    expect(await upload(target, '{}', (form) => form.set('key', 'other'))).toBe(403);
    expect(await upload(target, '{}')).toBe(201);
  });
});

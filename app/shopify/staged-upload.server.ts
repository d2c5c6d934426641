import { abstractFetch } from '@shopify/shopify-api/runtime';
import type { AdminClient } from './admin.server.ts';
import { allowedHost } from './download.server.ts';
import { Unavailable } from './errors.ts';

const STAGE = `#graphql
  mutation StageVariables($input: [StagedUploadInput!]!) {
    stagedUploadsCreate(input: $input) {
      stagedTargets { url parameters { name value } }
      userErrors { field message }
    }
  }
`;

/** The largest file of variables Shopify takes: 100 MB. Splitting is the caller's. */
const LARGEST_UPLOAD = 100 * 1024 * 1024;
const UPLOAD_TIMEOUT_MS = 10 * 60_000;

type Staged = {
  stagedUploadsCreate: {
    stagedTargets: { url: string; parameters: { name: string; value: string }[] }[];
  };
};

/**
 * Uploads the variables of a bulk mutation, one JSON object a line. Returns the path that starts it.
 * @throws Unavailable when the upload fails; nothing runs then. RangeError above 100 MB
 */
export async function uploadVariables(admin: AdminClient, lines: Buffer[]): Promise<string> {
  const bytes = lines.reduce((sum, line) => sum + line.length, 0);
  if (bytes > LARGEST_UPLOAD) throw new RangeError('More variables than Shopify takes in one file');
  const answer = await admin.run<Staged>(
    STAGE,
    {
      input: [
        {
          resource: 'BULK_MUTATION_VARIABLES',
          filename: 'variables.jsonl',
          mimeType: 'text/jsonl',
          httpMethod: 'POST',
        },
      ],
    },
    { repeatable: true },
  );
  const target = answer.stagedUploadsCreate.stagedTargets[0];
  const path = target?.parameters.find(({ name }) => name === 'key')?.value;
  if (target === undefined || path === undefined) throw new Unavailable('Shopify staged no upload', false);
  const form = new FormData();
  for (const { name, value } of target.parameters) form.append(name, value);
  // The storage takes fields up to the file and ignores what comes after it.
  form.append('file', new Blob(lines as BlobPart[], { type: 'text/jsonl' }), 'variables.jsonl');
  await post(allowedHost(target.url), form);
  return path;
}

async function post(url: URL, form: FormData): Promise<void> {
  let status: number;
  try {
    const response = await abstractFetch(url.href, {
      method: 'POST',
      body: form,
      redirect: 'manual',
      signal: AbortSignal.timeout(UPLOAD_TIMEOUT_MS),
    });
    status = response.status;
    await response.body?.cancel();
  } catch (cause) {
    throw new Unavailable('The upload of variables broke off', false, cause);
  }
  if (status < 200 || status > 299) throw new Unavailable(`The upload was answered with ${status}`, false);
}

import { createHmac, randomBytes } from 'node:crypto';
import { open, mkdtemp, rm, type FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { StandInClock } from './stand-in-clock.ts';
import type { FakeShop } from './store.ts';

/** A finished file on Shopify's file server. */
export type StoredFile = { readonly key: string; readonly path: string; readonly size: number };

/** A file being written. */
export type FileDraft = {
  append(bytes: Buffer): Promise<void>;
  finish(): Promise<StoredFile>;
  discard(): Promise<void>;
};

/** What stagedUploadsCreate hands out: where to post, and the fields to post before the file. */
type StagedTarget = {
  readonly url: string;
  readonly resourceUrl: null;
  readonly parameters: readonly { readonly name: string; readonly value: string }[];
};

type Staged = { readonly shop: string; readonly target: StagedTarget; content: Buffer | null };

export type FileStore = {
  draft(shop: FakeShop): Promise<FileDraft>;
  /** A signed address of a file that works until `expiresAt`. */
  link(file: StoredFile, expiresAt: number): string;
  /** The file a signed address stands for. */
  follow(url: URL): StoredFile | 'expired' | 'unknown';
  stage(shop: FakeShop, filename: string, mimeType: string): StagedTarget;
  /** What was staged under a `key` parameter. */
  staged(key: string): Staged | undefined;
  close(): Promise<void>;
};

const HOST = 'https://storage.googleapis.com';
const FOLDER = 'shopify-tiers-assets-prod-us-east1/bulk-operation-outputs';

/** Files live in a temporary folder that `close` removes. */
export async function createFileStore(clock: StandInClock): Promise<FileStore> {
  const folder = await mkdtemp(join(tmpdir(), 'fake-shopify-'));
  const secret = randomBytes(32);
  const files = new Map<string, StoredFile>();
  const uploads = new Map<string, Staged>();
  const sign = (key: string, expires: string): string =>
    createHmac('sha256', secret).update(`${key}\n${expires}`).digest('base64url');

  return {
    draft: async (shop) => {
      const name = `${shop.shopifyId}-${randomBytes(12).toString('hex')}`;
      const path = join(folder, name);
      return draftAt(await open(path, 'w'), path, (size) => {
        const file = { key: `/${FOLDER}/${name}-final`, path, size };
        files.set(file.key, file);
        return file;
      });
    },
    link: (file, expiresAt) => {
      const expires = String(Math.floor(expiresAt / 1000));
      const query = new URLSearchParams({
        GoogleAccessId: 'assets-us-prod@shopify-tiers.iam.gserviceaccount.com',
        Expires: expires,
        Signature: sign(file.key, expires),
        'response-content-type': 'application/jsonl',
      });
      return `${HOST}${file.key}?${query.toString()}`;
    },
    follow: (url) => {
      const file = files.get(url.pathname);
      const expires = url.searchParams.get('Expires') ?? '';
      if (file === undefined || url.searchParams.get('Signature') !== sign(file.key, expires))
        return 'unknown';
      return clock.now() / 1000 >= Number(expires) ? 'expired' : file;
    },
    stage: (shop, filename, mimeType) => {
      const key = `tmp/${shop.shopifyId}/bulk/${randomBytes(16).toString('hex')}/${filename}`;
      const values = {
        'Content-Type': mimeType,
        success_action_status: '201',
        acl: 'private',
        key,
        'x-goog-date': new Date(clock.now()).toISOString().replaceAll(/[-:]|\.\d+/g, ''),
        'x-goog-credential':
          'merchant-assets@shopify-tiers.iam.gserviceaccount.com/auto/storage/goog4_request',
        'x-goog-algorithm': 'GOOG4-RSA-SHA256',
        'x-goog-signature': sign(key, 'upload'),
        policy: Buffer.from(
          JSON.stringify({ conditions: [{ key }, ['content-length-range', 1, 104_857_600]] }),
        ).toString('base64'),
      };
      const parameters = Object.entries(values).map(([name, value]) => ({ name, value }));
      const target = {
        url: 'https://shopify-staged-uploads.storage.googleapis.com/',
        resourceUrl: null,
        parameters,
      };
      uploads.set(key, { shop: shop.domain, target, content: null });
      return target;
    },
    staged: (key) => uploads.get(key),
    close: () => rm(folder, { recursive: true, force: true }),
  };
}

function draftAt(handle: FileHandle, path: string, finished: (size: number) => StoredFile): FileDraft {
  let size = 0;
  return {
    append: async (bytes) => {
      await handle.write(bytes);
      size += bytes.length;
    },
    finish: async () => {
      await handle.close();
      return finished(size);
    },
    discard: async () => {
      await handle.close();
      await rm(path, { force: true });
    },
  };
}

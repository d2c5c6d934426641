import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gunzipSync } from 'node:zlib';
import type { IntrospectionQuery } from 'graphql';
import { fileInTar } from './tar-file.ts';

/** Shopify's own npm package that carries the published schema; fetched, not vendored. */
const PACKAGE = '@shopify/dev-mcp@1.16.0';
const INTEGRITY =
  'sha512-tqgRnK7sQhjew+htxtleTH23nXB5fZcsrhWgEkomsorGXvLOB2mh2upwZm8uzuTDNTZnqtLMe64yIwh6s2awtw==';
const FILE = 'package/dist/data/admin_2026-10.json.gz';
const CACHE = join(import.meta.dirname, '../../node_modules/.cache/rekindle');
/** The name carries the form of what is stored, so that an older cache is left alone. */
const CACHED = join(CACHE, 'admin-2026-10.dev-mcp-1.16.0.v1.json');

/** The access a type ("Order") or field ("Mutation.segmentCreate") needs: any one of `scopes`. */
export type RequiredAccess = { readonly scopes: readonly string[]; readonly words: string };

export type SchemaFile = {
  readonly introspection: IntrospectionQuery;
  readonly access: Readonly<Record<string, RequiredAccess>>;
};

type Published = {
  readonly data: IntrospectionQuery;
  readonly offline_scopes: {
    readonly items: readonly {
      readonly typeName: string;
      readonly fieldName?: string;
      readonly requiredAccess: string;
      readonly offlineScopes?: readonly string[];
    }[];
  };
};

/**
 * The schema of Admin API 2026-10 as Shopify publishes it, without descriptions, from a cache beside
 * node_modules. The first call fetches it; several processes may do so at once, the last rename wins.
 * @throws Error when it is not cached and the npm registry cannot be reached or sends something else
 */
export async function readSchemaFile(): Promise<SchemaFile> {
  const cached = await readFile(CACHED, 'utf8').catch(() => null);
  if (cached !== null) return JSON.parse(cached) as SchemaFile;
  const schema = slim(JSON.parse(gunzipSync(await fetchPublished()).toString('utf8')) as Published);
  const draft = join(CACHE, `draft-${process.pid}-${Date.now()}.json`);
  await writeFile(draft, JSON.stringify(schema));
  await rename(draft, CACHED);
  return schema;
}

async function fetchPublished(): Promise<Buffer> {
  await mkdir(CACHE, { recursive: true });
  const folder = await mkdtemp(join(CACHE, 'pack-'));
  try {
    await promisify(execFile)(
      'npm',
      ['pack', PACKAGE, '--silent', '--ignore-scripts', '--pack-destination', folder],
      { cwd: folder },
    ).catch((error: unknown) => {
      throw new Error(
        `Shopify's schema could not be fetched: "npm pack ${PACKAGE}" failed. It is needed once; is the npm registry reachable?`,
        { cause: error },
      );
    });
    const name = (await readdir(folder)).find((file) => file.endsWith('.tgz'));
    const archive = await readFile(join(folder, name ?? 'nothing.tgz'));
    const integrity = `sha512-${createHash('sha512').update(archive).digest('base64')}`;
    if (integrity !== INTEGRITY) throw new Error(`${PACKAGE} is not what it was: ${integrity}`);
    return fileInTar(gunzipSync(archive), FILE);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function slim(published: Published): SchemaFile {
  const needing = published.offline_scopes.items.flatMap((item) => {
    const scopes = item.offlineScopes ?? [];
    const name = item.fieldName === undefined ? item.typeName : `${item.typeName}.${item.fieldName}`;
    return scopes.length === 0 ? [] : [[name, { scopes, words: item.requiredAccess }] as const];
  });
  const withoutWords = JSON.stringify(published.data, (key: string, value: unknown) =>
    key === 'description' ? undefined : value,
  );
  return {
    introspection: JSON.parse(withoutWords) as IntrospectionQuery,
    access: Object.fromEntries(needing),
  };
}

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readAppConfig } from '#tests/fake-shopify/app-config.ts';

const README = readFileSync('tests/security/README.md', 'utf8');
const sources = (folder: string): string[] =>
  (readdirSync(folder, { recursive: true }) as string[])
    .filter((file) => /\.tsx?$/.test(file))
    .map((file) => readFileSync(join(folder, file), 'utf8'));

describe('the table of checks', () => {
  const named = README.split('\n').flatMap((line) => {
    const files = [...line.matchAll(/`(tests\/[\w./-]+\.test\.ts)`((?:,? "[^"]+")*)/g)];
    return files.map(
      ([, file = '', titles = '']) =>
        [file, [...titles.matchAll(/"([^"]+)"/g)].map(([, t]) => t ?? '')] as const,
    );
  });

  it('names many', () => expect(named.length).toBeGreaterThan(35));

  it.each(named)('names %s and titles that are in it', (file, titles) => {
    expect(existsSync(file)).toBe(true);
    const text = readFileSync(file, 'utf8').replaceAll("\\'", "'");
    // What stands in a title's place is put in when the test runs.
    for (const title of titles) expect([file, title, text.includes(title)]).toEqual([file, title, true]);
  });
});

describe('what the app states about itself', () => {
  type Package = Record<
    'dependencies' | 'devDependencies' | 'optionalDependencies' | 'overrides',
    Record<string, string>
  >;
  const { dependencies, devDependencies, optionalDependencies, overrides } = JSON.parse(
    readFileSync('package.json', 'utf8'),
  ) as Package;

  it('every dependency is pinned to one version, and the fixed ones are not older than their fix', () => {
    const all = { ...dependencies, ...devDependencies, ...optionalDependencies, ...overrides };
    for (const [name, version] of Object.entries(all))
      expect([name, version]).toEqual([name, expect.stringMatching(/^\d+\.\d+\.\d+[\w.-]*$/)]);
    const atLeast = (version = '', fixed: string) =>
      version.localeCompare(fixed, 'en', { numeric: true }) >= 0;
    for (const [name, version] of Object.entries(all)) {
      if (name.startsWith('@remix-run/') && name !== '@remix-run/router')
        expect([name, atLeast(version, '2.17.5')]).toEqual([name, true]);
    }
    expect(
      atLeast(overrides['react-router'], '6.30.6') && atLeast(overrides['react-router-dom'], '6.30.6'),
    ).toBe(true);
    expect(atLeast(dependencies['@shopify/shopify-app-remix'], '4.2.1')).toBe(true);
  });

  it('the API version is one, wherever it is named', () => {
    const versions = [...sources('app'), readFileSync('shopify.app.toml', 'utf8')].flatMap((text) =>
      [...text.matchAll(/['"/](20\d\d-(?:01|04|07|10))['"/]/g)].map(([, version]) => version),
    );
    expect([...new Set(versions)]).toEqual(['2026-10']);
  });

  it('the compliance topics are subscribed, at a path of the app', async () => {
    const { subscriptions } = await readAppConfig();
    const topics = subscriptions.map(({ topic }) => topic);
    expect(topics).toEqual(
      expect.arrayContaining(['customers/data_request', 'customers/redact', 'shop/redact']),
    );
    for (const { uri } of subscriptions) expect(uri).toMatch(/^(\/|https:\/\/)/);
  });

  it('no scope is asked for that nothing needs, and none that another brings', async () => {
    const { scopes } = await readAppConfig();
    const needed = {
      read_orders: 'orders, refunds and line items',
      read_all_orders: 'those older than 60 days',
      read_products: 'what line items are of',
      write_customers: 'customers, their tags and metafields',
      write_discounts: 'the discounts and codes of win-back campaigns',
      read_customer_merge: 'the webhook of a merge',
    };
    expect([...scopes].sort()).toEqual(Object.keys(needed).sort());
  });

  it("metafields are written in the app's own namespace, those that are declared and no others", async () => {
    const { customerMetafields } = await readAppConfig();
    expect(customerMetafields.map(({ key }) => key).sort()).toEqual([
      'rfm_profile',
      'rfm_segment',
      'winback_code',
      'winback_mail',
      'winback_offer',
    ]);
    const namespaces = sources('app/shopify').flatMap((text) =>
      [...text.matchAll(/namespace: ?(['"][^'"]+['"])/g)].map(([, name]) => name),
    );
    for (const name of namespaces) expect(name).toMatch(/^['"]\$app/);
  });

  it('nothing puts HTML into a page past React', () => {
    for (const text of sources('app'))
      expect(text).not.toMatch(/dangerouslySetInnerHTML|\.innerHTML\b|document\.write/);
  });
});

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'smol-toml';

/** What Shopify knows of the app from its shopify.app.toml. */
export type AppConfig = {
  readonly scopes: readonly string[];
  readonly subscriptions: readonly WebhookSubscription[];
  readonly customerMetafields: readonly CustomerMetafieldDeclaration[];
};

/** One topic of one `[[webhooks.subscriptions]]`. */
type WebhookSubscription = {
  /** As in the toml, e.g. "orders/create". */
  readonly topic: string;
  /** A path of the app or a whole address. */
  readonly uri: string;
  readonly includeFields: readonly string[] | null;
  readonly name: string | null;
};

/** A `[customer.metafields.app.<key>]`; its namespace is the app's own. */
type CustomerMetafieldDeclaration = {
  readonly key: string;
  readonly name: string;
  readonly type: string;
  readonly adminFilterable: boolean;
};

type Table = { readonly [key: string]: unknown };

/** Reads the app's own toml. */
export async function readAppConfig(
  path = join(import.meta.dirname, '../../shopify.app.toml'),
): Promise<AppConfig> {
  return parseAppConfig(await readFile(path, 'utf8'));
}

/** @throws TomlError on broken toml, Error on a subscription without topic or uri */
export function parseAppConfig(toml: string): AppConfig {
  const config: Table = parse(toml);
  const webhooks = table(config.webhooks);
  const scopes = table(config.access_scopes).scopes;
  const metafields = table(table(table(config.customer).metafields).app);
  return {
    scopes: typeof scopes === 'string' ? scopes.split(',').map((scope) => scope.trim()) : [],
    subscriptions: (Array.isArray(webhooks.subscriptions) ? webhooks.subscriptions : []).flatMap(
      subscription,
    ),
    customerMetafields: Object.entries(metafields).map(([key, value]) => {
      const field = table(value);
      return {
        key,
        name: typeof field.name === 'string' ? field.name : key,
        type: String(field.type),
        adminFilterable: table(field.capabilities).admin_filterable === true,
      };
    }),
  };
}

function subscription(entry: unknown): WebhookSubscription[] {
  const given = table(entry);
  const topics = [...strings(given.topics), ...strings(given.compliance_topics)];
  if (topics.length === 0 || typeof given.uri !== 'string') {
    throw new Error(`a webhook subscription lacks its topics or uri: ${JSON.stringify(entry)}`);
  }
  const includeFields = given.include_fields === undefined ? null : strings(given.include_fields);
  const name = typeof given.name === 'string' ? given.name : null;
  return topics.map((topic) => ({ topic, uri: String(given.uri), includeFields, name }));
}

function table(value: unknown): Table {
  return typeof value === 'object' && value !== null ? (value as Table) : {};
}

function strings(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

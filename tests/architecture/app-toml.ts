import { isEnumType, type GraphQLSchema } from 'graphql';
import type { AppConfig } from '#tests/fake-shopify/app-config.ts';

/** Scopes that Shopify's schema does not tie to a field: reading orders older than 60 days. */
const BESIDE_THE_SCHEMA = ['read_all_orders'];
const TOPIC_SCOPES: readonly (readonly [RegExp, string])[] = [
  [/^(orders|refunds)\//, 'read_orders'],
  [/^(customers|customers_email_marketing_consent|customers_marketing_consent)\//, 'read_customers'],
  [/^customer\.tags_/, 'read_customers'],
  [/^customers\/merge$/, 'read_customer_merge'],
  [/^discounts\//, 'read_discounts'],
];
const COMPLIANCE = new Set(['customers/data_request', 'customers/redact', 'shop/redact']);
const METAFIELD_TYPES = new Set(['single_line_text_field', 'json', 'number_integer', 'boolean', 'date']);

/** A scope and the reads that a write scope brings with it. */
function withImplied(scopes: readonly string[]): Set<string> {
  return new Set(scopes.flatMap((scope) => [scope, scope.replace(/^write_/, 'read_')]));
}

/** What is wrong with the app's toml: scopes too many or too few, unknown topics, unknown metafield types. */
export function tomlProblems(
  config: AppConfig,
  needs: readonly { readonly place: string; readonly anyOf: readonly string[] }[],
  schema: GraphQLSchema,
): string[] {
  const all = [
    ...needs,
    ...config.subscriptions.flatMap(({ topic }) =>
      (COMPLIANCE.has(topic) ? [] : TOPIC_SCOPES)
        .filter(([topics]) => topics.test(topic))
        .map(([, scope]) => ({
          place: `topic ${topic}`,
          anyOf: [scope],
        })),
    ),
    ...BESIDE_THE_SCHEMA.map((scope) => ({ place: 'the whole order history', anyOf: [scope] })),
  ];
  const granted = withImplied(config.scopes);
  const missing = all
    .filter(({ anyOf }) => !anyOf.some((scope) => granted.has(scope)))
    .map(({ place, anyOf }) => `shopify.app.toml: ${place} needs the scope ${anyOf.join(' or ')}`);
  const idle = config.scopes.filter((scope) => {
    const others = withImplied(config.scopes.filter((other) => other !== scope));
    return all.every(({ anyOf }) => anyOf.some((needed) => others.has(needed)));
  });
  return [
    ...new Set(missing),
    ...idle.map((scope) => `shopify.app.toml: nothing needs the scope ${scope}`),
    ...unknownTopics(config, schema),
    ...config.customerMetafields
      .filter(({ type }) => !METAFIELD_TYPES.has(type))
      .map(({ key, type }) => `shopify.app.toml: metafield ${key} has the unknown type ${type}`),
  ];
}

function unknownTopics(config: AppConfig, schema: GraphQLSchema): string[] {
  const topics = schema.getType('WebhookSubscriptionTopic');
  const known = isEnumType(topics) ? new Set(topics.getValues().map(({ name }) => name)) : new Set<string>();
  return config.subscriptions
    .map(({ topic }) => topic)
    .filter((topic) => !COMPLIANCE.has(topic) && !known.has(topic.replaceAll(/[/.]/g, '_').toUpperCase()))
    .map((topic) => `shopify.app.toml: there is no webhook topic ${topic}`);
}

import { expect, it } from 'vitest';
import texts from '#app/i18n/en.json' with { type: 'json' };
import { missingScopes, SCOPES, TOPICS } from '#app/shopify/asks-for.ts';
import { readAppConfig } from '#tests/fake-shopify/app-config.ts';

const COMPLIANCE = new Set(['customers/data_request', 'customers/redact', 'shop/redact']);

it('what the app says it asks for is what shopify.app.toml asks for, and the health page has words for all of it', async () => {
  const { scopes, subscriptions } = await readAppConfig();
  expect([...SCOPES].sort()).toEqual([...scopes].sort());
  const topics = subscriptions.map(({ topic }) => topic).filter((topic) => !COMPLIANCE.has(topic));
  expect([...TOPICS].sort()).toEqual([...new Set(topics)].sort());
  for (const scope of SCOPES) expect(texts.health.scope).toHaveProperty(scope);
  for (const topic of TOPICS.filter((one) => one !== 'app/uninstalled'))
    expect(texts.health.topic).toHaveProperty(topic.replace(/[./]/g, '_'));
});

it('T7: scopes that were not granted are missing, others are not', () => {
  expect(missingScopes([...SCOPES, 'read_customers'])).toEqual([]);
  expect(missingScopes(['read_orders', 'read_products', 'read_customers', 'read_customer_merge'])).toEqual([
    'read_all_orders',
    'write_customers',
    'write_discounts',
  ]);
});

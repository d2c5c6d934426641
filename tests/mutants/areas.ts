/** Code whose faults would cost a merchant money or trust, with the tests that must notice any change of it. */
type Area = {
  name: string;
  /** Files with the test files that cover them; few and quick ones, for they run once per mutant. */
  parts: { mutate: string[]; tests: string[] }[];
};

export const AREAS: Area[] = [
  {
    name: 'webhook signature',
    parts: [
      {
        mutate: ['app/shopify/webhook-signature.ts', 'app/webhook-endpoint.server.ts'],
        tests: ['tests/shopify/webhook-signature.test.ts', 'tests/faults/webhook-endpoint.test.ts'],
      },
      { mutate: ['app/receive-webhooks.server.ts'], tests: ['tests/faults/webhooks-outages-told.test.ts'] },
    ],
  },
  {
    name: 'token broker',
    parts: [
      {
        mutate: ['app/shopify/token-broker.server.ts', 'app/shopify/tokens.ts'],
        tests: ['tests/shopify/token-refresh.test.ts'],
      },
      { mutate: ['app/shopify/sealed-tokens.ts'], tests: ['tests/security/sealed-tokens.test.ts'] },
    ],
  },
  {
    name: 'versioned apply',
    parts: [
      {
        mutate: [
          'app/models/orders.server.ts',
          'app/models/customers.server.ts',
          'app/models/merge-statement.ts',
        ],
        tests: [
          'tests/models/apply-changes.test.ts',
          'tests/models/table-load.test.ts',
          'tests/models/order-details.test.ts',
          'tests/models/order-lists.test.ts',
        ],
      },
      {
        mutate: ['app/jobs/apply-orders.server.ts', 'app/jobs/take-changes.server.ts'],
        tests: ['tests/jobs/take-in.test.ts'],
      },
    ],
  },
  {
    name: 'journal',
    parts: [
      {
        mutate: ['app/models/writes.server.ts', 'app/models/settle-writes.server.ts'],
        tests: ['tests/models/writes.test.ts'],
      },
      {
        mutate: ['app/models/unsettled-writes.server.ts', 'app/models/following-writes.server.ts'],
        tests: ['tests/models/following-journal.test.ts'],
      },
      { mutate: ['app/jobs/journal-packs.ts'], tests: ['tests/jobs/journal-packs.test.ts'] },
    ],
  },
  {
    name: 'write plan',
    parts: [{ mutate: ['app/rfm/write-plan.ts'], tests: ['tests/rfm/write-plan.test.ts'] }],
  },
  { name: 'money', parts: [{ mutate: ['app/rfm/money.ts'], tests: ['tests/rfm/money.test.ts'] }] },
  {
    name: 'scores',
    parts: [
      {
        mutate: ['app/rfm/scores.ts', 'app/rfm/score-passes.ts', 'app/rfm/order-statistics.ts'],
        tests: ['tests/rfm/score-examples.test.ts'],
      },
      {
        mutate: ['app/rfm/score-against.ts'],
        tests: ['tests/rfm/between-runs.test.ts', 'tests/rfm/apart.test.ts'],
      },
      { mutate: ['app/rfm/apart.ts'], tests: ['tests/rfm/apart.test.ts'] },
    ],
  },
];

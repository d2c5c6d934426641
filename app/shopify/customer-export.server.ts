import { customerBatch, type CustomerBatch } from '#app/rfm/batches.ts';
import type { AdminClient } from './admin.server.ts';
import { AccessDenied } from './errors.ts';
import { scanLines } from './jsonl-lines.ts';
import { LineScanner, type LineCounts, type MalformedLine } from './line-scanner.ts';
import { TemplateBuilder } from './line-template.ts';
import type { LineValues } from './line-values.ts';

/** Every customer: consent, tags, companies; no name, no address of any kind. `"FILTER"` is replaced. */
export const CUSTOMERS = `#graphql
  query Customers {
    customers(query: "FILTER") {
      edges {
        node {
          id
          createdAt
          updatedAt
          tags
          defaultEmailAddress { marketingState }
          defaultPhoneNumber { smsMarketingConsent { state } }
          companyContactProfiles { company { id } }
        }
      }
    }
  }
`;

/** The same for an app that may see neither e-mail addresses nor phone numbers, and so no consent. */
const CUSTOMERS_WITHOUT_CONSENT = `#graphql
  query CustomersWithoutConsent {
    customers(query: "FILTER") {
      edges {
        node {
          id
          createdAt
          updatedAt
          tags
          companyContactProfiles { company { id } }
        }
      }
    }
  }
`;

const CONSENT = `#graphql
  query Consent {
    customers(first: 1) {
      nodes {
        defaultEmailAddress { marketingState }
        defaultPhoneNumber { smsMarketingConsent { state } }
      }
    }
  }
`;

/** The export of customers that this app may make: Shopify refuses a bulk operation for one field it may not see. */
export async function customersDocument(admin: AdminClient): Promise<string> {
  try {
    await admin.run(CONSENT);
    return CUSTOMERS;
  } catch (error) {
    if (error instanceof AccessDenied) return CUSTOMERS_WITHOUT_CONSENT;
    throw error;
  }
}

const t = new TemplateBuilder();
/** A line of the customer export. */
export const CUSTOMER_LINE = t.line({
  id: t.gid('Customer'),
  createdAt: t.instant(),
  updatedAt: t.instant(),
  tags: t.texts(),
  defaultEmailAddress: t.optional({ marketingState: t.text() }),
  defaultPhoneNumber: t.optional({ smsMarketingConsent: t.optional({ state: t.text() }) }),
  companyContactProfiles: t.list(() => t.object({ company: t.object({ id: t.gid('Company') }) })),
});
const TEXT = { email: 0, sms: 1 } as const;

/** Adds a customer's line to a batch. @throws Error when it is full */
export function takeCustomer(values: LineValues, batch: CustomerBatch): void {
  if (batch.length === batch.id.length) throw new Error('more customers than there is room for');
  const row = batch.length++;
  batch.id[row] = values.numbers[0]!;
  batch.createdAt[row] = values.numbers[1]!;
  batch.updatedAt[row] = values.numbers[2]!;
  batch.tags[row] = values.textLists[0]!;
  batch.emailConsent[row] = values.text(TEXT.email);
  batch.smsConsent[row] = values.text(TEXT.sms);
  const companies = values.lists[0]!;
  batch.companyIds[row] = companies.length === 0 ? NO_COMPANIES : [...companies];
}

const NO_COMPANIES: readonly number[] = [];

/** Takes what was read. A batch is the reader's again once the promise is kept. */
interface CustomerSink {
  customers(batch: CustomerBatch): Promise<void>;
  malformed(line: MalformedLine): void;
}

/** Reads the file of the customer export into column batches. Returns what proves it complete. */
export async function scanCustomers(
  pieces: AsyncIterable<Uint8Array>,
  sink: CustomerSink,
): Promise<LineCounts> {
  const batch = customerBatch();
  const scanner = new LineScanner(
    [{ template: CUSTOMER_LINE, child: false, take: (values) => takeCustomer(values, batch) }],
    (line) => sink.malformed(line),
  );
  await scanLines(pieces, scanner, {
    has: () => batch.length < batch.id.length,
    flush: async () => {
      if (batch.length > 0) await sink.customers(batch);
      batch.length = 0;
    },
  });
  return scanner.counts;
}

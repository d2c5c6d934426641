import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { orderBatch } from '#app/rfm/batches.ts';
import { readShape } from '#app/shopify/line-reader.ts';
import { LineScanner, type MalformedLine } from '#app/shopify/line-scanner.ts';
import type { Template } from '#app/shopify/line-template.ts';
import { LineValues } from '#app/shopify/line-values.ts';
import { CUSTOMER_LINE } from '#app/shopify/customer-export.server.ts';
import { DETAILS_LINE, LINE_ITEM_LINE } from '#app/shopify/order-details-export.server.ts';
import { ORDER_LINE, takeOrder } from '#app/shopify/order-export.server.ts';
import { customerNode, detailsNode, lineItemNode, orderNode } from './export-nodes.ts';
import { mutated } from './line-mutations.ts';

const kinds: [name: string, template: Template, node: fc.Arbitrary<object>][] = [
  ['orders', ORDER_LINE, orderNode],
  ['order details', DETAILS_LINE, detailsNode],
  ['line items', LINE_ITEM_LINE, lineItemNode],
  ['customers', CUSTOMER_LINE, customerNode],
];

describe('a bulk file is read as JSON.parse would read it', () => {
  it.each(kinds)('B8: whatever the keys, spaces, escapes and gaps in lines of %s', (_, template, node) => {
    fc.assert(
      fc.property(mutated(node), (line) => {
        expect(scanned(template, line)).toEqual(parsed(template, line));
      }),
      { numRuns: 3000 },
    );
  });

  it.each(kinds)('lines of %s as Shopify writes them never go through JSON.parse', (_, template, node) => {
    fc.assert(
      fc.property(node, (value) => {
        const text = JSON.stringify(value);
        for (const line of [text, text.replaceAll('/', '\\/')]) {
          const { scanner } = scan(template, Buffer.from(`${line}\n`));
          expect([scanner.counts.lines, scanner.counts.malformed, scanner.reread]).toEqual([1, 0, 0]);
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe('a line that cannot be read', () => {
  it('B8: is reported with its number, its reason and its beginning, and the others are read', () => {
    const good = JSON.stringify(fc.sample(orderNode, { numRuns: 1, seed: 1 })[0]);
    const lines = [good, '{"id":"gid://shopify/Order/1"', good.replace('Order/', 'Product/'), '[]', good];
    const batch = orderBatch();
    const malformed: MalformedLine[] = [];
    const scanner = new LineScanner(
      [{ template: ORDER_LINE, child: false, take: (values) => takeOrder(values, batch) }],
      (line) => malformed.push(line),
    );
    const bytes = Buffer.from(`${lines.join('\n')}\n`);
    expect(scanner.scan(bytes, 0, bytes.length, () => true)).toBe(bytes.length);
    expect(scanner.counts).toEqual({ lines: 5, rootLines: 2, malformed: 3 });
    expect(batch.length).toBe(2);
    expect(malformed.map((line) => line.lineNumber)).toEqual([2, 3, 4]);
    expect(malformed[0]!.excerpt).toBe(lines[1]);
    expect(malformed[1]!.reason).toContain('no global id of a Order');
  });

  it('is an order with a status this app does not know, too', () => {
    const node = { ...fc.sample(orderNode, { numRuns: 1, seed: 1 })[0], displayFinancialStatus: 'BARTERED' };
    const malformed: MalformedLine[] = [];
    const batch = orderBatch();
    const scanner = new LineScanner(
      [{ template: ORDER_LINE, child: false, take: (values) => takeOrder(values, batch) }],
      (line) => malformed.push(line),
    );
    const bytes = Buffer.from(`${JSON.stringify(node)}\n`);
    scanner.scan(bytes, 0, bytes.length, () => true);
    expect([batch.length, malformed[0]?.reason]).toEqual([0, 'unknown financial status BARTERED']);
  });
});

function scan(template: Template, bytes: Buffer) {
  const child = JSON.stringify(template.root).includes('__parentId');
  let taken: unknown = null;
  const scanner = new LineScanner(
    [{ template, child, take: (values) => (taken = contents(template, values)) }],
    () => {},
  );
  scanner.scan(bytes, 0, bytes.length, () => true);
  return { scanner, taken };
}

function scanned(template: Template, line: string): unknown {
  return scan(template, Buffer.from(`${line}\n`)).taken;
}

/** The oracle: JSON.parse, then the template; null for a line it refuses. */
function parsed(template: Template, line: string): unknown {
  const values = new LineValues(template);
  values.reset(Buffer.alloc(0));
  try {
    const node: unknown = JSON.parse(line);
    const isChild = Object.hasOwn(node as object, '__parentId');
    if (isChild !== JSON.stringify(template.root).includes('__parentId')) return null;
    readShape(template.root, node, values);
    return contents(template, values);
  } catch {
    return null;
  }
}

function contents(template: Template, values: LineValues) {
  return {
    numbers: [...values.numbers],
    texts: Array.from({ length: template.texts }, (_, slot) => values.text(slot)),
    lists: values.lists.map((list) => [...list]),
    textLists: values.textLists.map((list) => [...list]),
  };
}

import { BlockStack, Card, InlineStack, Text } from '@shopify/polaris';

/** A figure with what it is of and, where it needs it, what it means. A quoted label is a message as it came, in English. */
export type Fact = { label: string; quoted?: true; value: string; note?: string | undefined };

/** Figures one under the other; `none` says what there is none of. */
export function FactsCard({
  title,
  intro,
  facts,
  none,
}: {
  title: string;
  intro?: string;
  facts: readonly Fact[];
  none?: string;
}) {
  return (
    <Card>
      <BlockStack gap="300">
        <Text as="h2" variant="headingMd">
          {title}
        </Text>
        {intro !== undefined && <Text as="p">{intro}</Text>}
        <ul className="rk-rows">
          {facts.map(({ label, quoted, value, note }) => (
            <li key={label}>
              <InlineStack align="space-between" gap="200">
                <Text as="span">{quoted ? <span lang="en">{label}</span> : label}</Text>
                <Text as="span" fontWeight="semibold">
                  {value}
                </Text>
              </InlineStack>
              {note !== undefined && (
                <Text as="p" tone="subdued">
                  {note}
                </Text>
              )}
            </li>
          ))}
        </ul>
        {none !== undefined && (
          <Text as="p" tone="subdued">
            {none}
          </Text>
        )}
      </BlockStack>
    </Card>
  );
}

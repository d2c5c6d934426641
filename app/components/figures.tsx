import { BlockStack, Card, InlineGrid, Text } from '@shopify/polaris';

/** A headline figure with the plain sentence that says what it counts. */
export type Figure = { label: string; value: string; note: string };

/** A row of headline figures. */
export function Figures({ figures }: { figures: Figure[] }) {
  return (
    <InlineGrid columns={{ xs: 1, sm: 2, md: figures.length === 4 ? 4 : 3 }} gap="300">
      {figures.map(({ label, value, note }) => (
        <Card key={label}>
          <BlockStack gap="100">
            <Text as="h2" variant="bodyMd" tone="subdued">
              {label}
            </Text>
            <Text as="p" variant="headingLg">
              {value}
            </Text>
            <Text as="p" variant="bodySm" tone="subdued">
              {note}
            </Text>
          </BlockStack>
        </Card>
      ))}
    </InlineGrid>
  );
}

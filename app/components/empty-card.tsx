import { BlockStack, Box, Button, Card, Text } from '@shopify/polaris';

type EmptyCardProps = {
  title: string;
  text: string;
  /** Where to go on from here. */
  action?: { content: string } & ({ url: string } | { onAction: () => void });
};

/** What stands instead of a list that is empty. Polaris' own draws over its words while it waits for a picture. */
export function EmptyCard({ title, text, action }: EmptyCardProps) {
  return (
    <Card>
      <Box paddingBlock="800">
        <BlockStack gap="300" inlineAlign="center">
          <Text as="h2" variant="headingMd" alignment="center">
            {title}
          </Text>
          <Text as="p" alignment="center">
            {text}
          </Text>
          {action !== undefined && (
            <Button {...('url' in action ? { url: action.url } : { onClick: action.onAction })}>
              {action.content}
            </Button>
          )}
        </BlockStack>
      </Box>
    </Card>
  );
}

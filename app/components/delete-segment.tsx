import { BlockStack, Button, InlineStack, Text } from '@shopify/polaris';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

type DeleteSegmentProps = { name: string; busy: boolean; onDelete: () => void };

/** Deletes a segment of the merchant's own, once it was said what that does. */
export function DeleteSegment({ name, busy, onDelete }: DeleteSegmentProps) {
  const { t } = useTranslation();
  const [asking, setAsking] = useState(false);
  if (!asking) {
    return (
      <div className="rk-edge">
        <Button tone="critical" variant="tertiary" onClick={() => setAsking(true)}>
          {t('builder.delete.do')}
        </Button>
      </div>
    );
  }
  return (
    <div className="rk-edge">
      <BlockStack gap="200">
        <Text as="p">{t('builder.delete.what', { name })}</Text>
        <InlineStack gap="200">
          <Button tone="critical" variant="primary" loading={busy} onClick={onDelete}>
            {t('builder.delete.yes')}
          </Button>
          <Button onClick={() => setAsking(false)}>{t('cancel')}</Button>
        </InlineStack>
      </BlockStack>
    </div>
  );
}

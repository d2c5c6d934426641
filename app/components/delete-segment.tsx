import { Button, InlineStack, Text } from '@shopify/polaris';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Arrived } from './arrived.tsx';

type DeleteSegmentProps = { name: string; busy: boolean; onDelete: () => void };

/** Deletes a segment of the merchant's own, once it was said what that does. */
export function DeleteSegment({ name, busy, onDelete }: DeleteSegmentProps) {
  const { t } = useTranslation();
  const [asking, setAsking] = useState(false);
  return (
    <div className="rk-edge">
      <Arrived after={asking}>
        {asking && <Text as="p">{t('builder.delete.what', { name })}</Text>}
        <InlineStack gap="200">
          {asking ? (
            <>
              <Button key="yes" tone="critical" variant="primary" loading={busy} onClick={onDelete}>
                {t('builder.delete.yes')}
              </Button>
              <Button key="no" onClick={() => setAsking(false)}>
                {t('cancel')}
              </Button>
            </>
          ) : (
            <Button key="ask" tone="critical" variant="tertiary" onClick={() => setAsking(true)}>
              {t('builder.delete.do')}
            </Button>
          )}
        </InlineStack>
      </Arrived>
    </div>
  );
}

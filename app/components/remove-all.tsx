import { Modal, TitleBar } from '@shopify/app-bridge-react';
import { useFetcher } from '@remix-run/react';
import { BlockStack, Box, Button, Card, Text } from '@shopify/polaris';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '#app/i18n/format.tsx';

/** Offers to take back everything we wrote: says on how many customers before it does it. */
export function RemoveAll({ written }: { written: number }) {
  const { t } = useTranslation();
  const format = useFormat();
  const [asking, setAsking] = useState(false);
  const fetcher = useFetcher();
  const started = fetcher.data !== undefined;
  const customers = t('customers', { count: written, n: format.count(written) });
  const remove = () => {
    setAsking(false);
    fetcher.submit({ intent: 'remove-all' }, { method: 'post' });
  };
  return (
    <Card>
      <BlockStack gap="300" inlineAlign="start">
        <Text as="h2" variant="headingMd">
          {t('settings.remove.title')}
        </Text>
        <Text as="p">
          {written === 0 ? t('settings.remove.nothing') : t('settings.remove.what', { customers })}
        </Text>
        <Text as="p" tone="subdued">
          {t('settings.remove.uninstall')}
        </Text>
        <Button
          tone="critical"
          loading={fetcher.state !== 'idle'}
          disabled={written === 0 || started}
          onClick={() => setAsking(true)}
        >
          {t('settings.remove.button')}
        </Button>
        {started && (
          <output>
            <Text as="span">{t('settings.remove.started')}</Text>
          </output>
        )}
      </BlockStack>
      <Modal id="remove-all" open={asking} onHide={() => setAsking(false)}>
        <Box padding="400">
          <BlockStack gap="200">
            <Text as="p">{t('settings.remove.confirm', { customers })}</Text>
            <Text as="p">{t('settings.remove.undo')}</Text>
          </BlockStack>
        </Box>
        <TitleBar title={t('settings.remove.title')}>
          <button variant="primary" tone="critical" onClick={remove}>
            {t('settings.remove.button')}
          </button>
          <button onClick={() => setAsking(false)}>{t('cancel')}</button>
        </TitleBar>
      </Modal>
    </Card>
  );
}

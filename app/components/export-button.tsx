import { ActionList, BlockStack, Button, InlineStack, Popover, Text } from '@shopify/polaris';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '#app/i18n/format.tsx';
import { useExport } from './use-export.ts';

/** Saves everybody of a list as a file, with its progress. */
export function ExportButton({ url }: { url: string }) {
  const { t } = useTranslation();
  const format = useFormat();
  const [open, setOpen] = useState(false);
  const { state, start, stop } = useExport(url);
  const begin = (kind: 'csv' | 'json') => () => {
    setOpen(false);
    void start(kind);
  };
  return (
    <BlockStack gap="200" inlineAlign="start">
      <Popover
        active={open}
        onClose={() => setOpen(false)}
        activator={
          <Button disclosure loading={state.at === 'going'} onClick={() => setOpen(!open)}>
            {t('members.export.do')}
          </Button>
        }
      >
        <ActionList
          actionRole="menuitem"
          items={(['csv', 'json'] as const).map((kind) => ({
            content: t(`members.export.as.${kind}`),
            onAction: begin(kind),
          }))}
        />
      </Popover>
      <output>
        {state.at === 'going' && (
          <InlineStack gap="200" blockAlign="center">
            <Text as="span">
              {t('members.export.going', { count: state.customers, n: format.count(state.customers) })}
            </Text>
            <Button variant="plain" onClick={stop}>
              {t('members.export.stop')}
            </Button>
          </InlineStack>
        )}
        {state.at === 'saved' && (
          <Text as="span">
            {t('members.export.done', {
              count: state.customers,
              n: format.count(state.customers),
              name: state.name,
            })}
          </Text>
        )}
      </output>
      {(state.at === 'failed' || state.at === 'often') && (
        <Text as="p" tone="critical">
          <span role="alert">{t(`members.export.${state.at}`)}</span>
        </Text>
      )}
    </BlockStack>
  );
}

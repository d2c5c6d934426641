import { BlockStack, Card, Text, TextField } from '@shopify/polaris';
import { useTranslation } from 'react-i18next';

type MarginSettingProps = { percent: string; onChange: (percent: string) => void; problem: boolean };

/** What share of the price is left after product cost: without it campaigns tell revenue, and no profit. */
export function MarginSetting({ percent, onChange, problem }: MarginSettingProps) {
  const { t } = useTranslation();
  return (
    <Card>
      <BlockStack gap="300">
        <Text as="h2" variant="headingMd">
          {t('margin.title')}
        </Text>
        <TextField
          label={t('margin.label')}
          type="number"
          min={1}
          max={100}
          suffix="%"
          autoComplete="off"
          value={percent}
          onChange={onChange}
          helpText={t('margin.help')}
          error={problem ? t('margin.problem') : false}
        />
      </BlockStack>
    </Card>
  );
}

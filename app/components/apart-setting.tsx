import { BlockStack, Card, Checkbox, Text } from '@shopify/polaris';
import { useTranslation } from 'react-i18next';
import { useFormat } from '#app/i18n/format.tsx';
import { LEAST_APART } from '#app/rfm/apart.ts';

export type ApartValues = { companiesApart: boolean; tillApart: boolean };

type ApartSettingProps = {
  values: ApartValues;
  onChange: (patch: Partial<ApartValues>) => void;
  /** Whether anybody buys for a company. */
  companies: boolean;
};

/** Who is scored among their own. Of companies it is asked where there are any. */
export function ApartSetting({ values, onChange, companies }: ApartSettingProps) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <Card>
      <BlockStack gap="300">
        <Text as="h2" variant="headingMd">
          {t('populations.setting.title')}
        </Text>
        <Text as="p">{t('populations.setting.what', { least: format.count(LEAST_APART) })}</Text>
        {(companies || !values.companiesApart) && (
          <Checkbox
            label={t('populations.setting.companies')}
            helpText={t('populations.setting.companiesHelp')}
            checked={values.companiesApart}
            onChange={(companiesApart) => onChange({ companiesApart })}
          />
        )}
        <Checkbox
          label={t('populations.setting.till')}
          helpText={t('populations.setting.tillHelp')}
          checked={values.tillApart}
          onChange={(tillApart) => onChange({ tillApart })}
        />
      </BlockStack>
    </Card>
  );
}

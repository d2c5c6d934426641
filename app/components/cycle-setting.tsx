import { BlockStack, Card, Link, Select, Text, TextField } from '@shopify/polaris';
import { useTranslation } from 'react-i18next';
import { useFormat } from '#app/i18n/format.tsx';
import { LONGEST_CYCLE } from '#app/rfm/purchase-cycle.ts';

/** The purchase cycle as the form holds it; the length is text because people type it. */
export type CycleValues = { cycleUnit: 'suggested' | 'days' | 'months'; cycleLength: string };

type CycleSettingProps = {
  values: CycleValues;
  onChange: (patch: Partial<CycleValues>) => void;
  /** Days that the shop's own gaps suggest; null when they do not say. */
  suggested: number | null;
  problem: 'cycleDays' | 'cycleMonths' | undefined;
};

/** The purchase cycle: the suggested one, or the merchant's own in days or months. */
export function CycleSetting({ values, onChange, suggested, problem }: CycleSettingProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const { cycleUnit, cycleLength } = values;
  const first = { suggested: cycleLength, days: String(suggested ?? 90), months: '3' };
  return (
    <Card>
      <BlockStack gap="300">
        <Text as="h2" variant="headingMd">
          {t('cycle.title')}
        </Text>
        <Select
          label={t('cycle.setting.label')}
          options={[
            {
              label:
                suggested === null
                  ? t('cycle.setting.notYet')
                  : t('cycle.setting.suggested', {
                      days: t('cycle.days', { count: suggested, n: format.count(suggested) }),
                    }),
              value: 'suggested',
            },
            { label: t('cycle.setting.ownDays'), value: 'days' },
            { label: t('cycle.setting.ownMonths'), value: 'months' },
          ]}
          value={cycleUnit}
          onChange={(unit) => {
            const wanted = unit as CycleValues['cycleUnit'];
            onChange({ cycleUnit: wanted, cycleLength: first[wanted] });
          }}
          helpText={
            <>
              {t('cycle.setting.help')} <Link url="/app/cycle">{t('cycle.setting.open')}</Link>
            </>
          }
        />
        {cycleUnit !== 'suggested' && (
          <TextField
            label={t(`cycle.setting.${cycleUnit}`)}
            type="number"
            min={1}
            max={LONGEST_CYCLE[cycleUnit]}
            autoComplete="off"
            value={cycleLength}
            onChange={(length) => onChange({ cycleLength: length })}
            error={
              problem === undefined
                ? false
                : t('cycle.setting.problem', { most: format.count(LONGEST_CYCLE[cycleUnit]) })
            }
          />
        )}
      </BlockStack>
    </Card>
  );
}

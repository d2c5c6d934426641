import { BlockStack, Card, Checkbox, ChoiceList, Link, Select, Text, TextField } from '@shopify/polaris';
import { useTranslation } from 'react-i18next';
import { useFormat } from '#app/i18n/format.tsx';
import type { LeftOutReason } from '#app/rfm/order.ts';
import type { Dimension } from '#app/rfm/ranges.ts';
import type { FrequencyMethod } from '#app/rfm/scores.ts';
import { ApartSetting, type ApartValues } from './apart-setting.tsx';
import { CycleSetting, type CycleValues } from './cycle-setting.tsx';
import { MarginSetting } from './margin-setting.tsx';
import { OwnCutPointsCard, type OwnFields } from './own-cut-points.tsx';

/** What the form holds; the window is text because people type it. */
export type SettingsValues = CycleValues &
  ApartValues & {
    countTest: boolean;
    countCancelled: boolean;
    countUnpaid: boolean;
    countZero: boolean;
    window: 'all' | 'days';
    windowDays: string;
    /** Null until the first import chose. */
    frequencyMethod: FrequencyMethod | null;
    own: OwnFields;
    tagPrefix: string;
    /** Text because people type it, '' = not said. */
    marginPercent: string;
    /** Null until the merchant has answered the first question on Home. */
    writeBack: boolean | null;
  };

/** What is wrong, by field. */
export type SettingsProblems = {
  windowDays?: 'windowDays';
  tagPrefix?: 'tagPrefix';
  own?: Dimension[];
  cycleLength?: 'cycleDays' | 'cycleMonths';
  marginPercent?: 'margin';
};

type SettingsFormProps = {
  values: SettingsValues;
  onChange: (patch: Partial<SettingsValues>) => void;
  problems: SettingsProblems;
  /** The shop's, null before it is known. */
  currency: string | null;
  /** Orders the last run left out, by reason; null before the first run. */
  leftOut: Record<LeftOutReason, number> | null;
  /** The purchase cycle that is suggested, in days; null when it cannot be said. */
  suggested: number | null;
  /** Whether anybody buys for a company. */
  companies: boolean;
  /** Shown to somebody who may not change them. */
  readOnly: boolean;
};

const RULES = [
  ['countTest', 'test'],
  ['countCancelled', 'cancelled'],
  ['countUnpaid', 'unpaid'],
  ['countZero', 'zero'],
] as const;

/** The settings as fields; saving and discarding belong to the page's save bar. */
export function SettingsForm(props: SettingsFormProps) {
  const { values, onChange, problems, currency, leftOut, suggested, companies, readOnly } = props;
  const { t } = useTranslation();
  const format = useFormat();
  const total = leftOut === null ? 0 : Object.values(leftOut).reduce((sum, n) => sum + n, 0);
  return (
    <fieldset className="rk-fields" disabled={readOnly}>
      <BlockStack gap="400">
        <Card>
          <BlockStack gap="300">
            <Text as="h2" variant="headingMd">
              {t('settings.rules.title')}
            </Text>
            <Text as="p">
              {leftOut === null
                ? t('settings.rules.before')
                : t('settings.rules.leftOut', {
                    orders: t('orders', { count: total, n: format.count(total) }),
                  })}
            </Text>
            {RULES.map(([field, reason]) => (
              <Checkbox
                key={field}
                label={t(`settings.rules.${reason}`)}
                checked={values[field]}
                onChange={(checked) => onChange({ [field]: checked })}
                helpText={
                  leftOut === null
                    ? undefined
                    : t('settings.rules.now', { n: format.count(leftOut[reason]), count: leftOut[reason] })
                }
              />
            ))}
            {leftOut !== null && (
              <Text as="p" tone="subdued">
                {t('settings.rules.always', {
                  guests: format.count(leftOut.guest),
                  currencies: format.count(leftOut['other-currency']),
                })}
              </Text>
            )}
          </BlockStack>
        </Card>
        <Card>
          <BlockStack gap="300">
            <Text as="h2" variant="headingMd">
              {t('settings.window.title')}
            </Text>
            <Select
              label={t('settings.window.label')}
              options={[
                { label: t('settings.window.all'), value: 'all' },
                { label: t('settings.window.days'), value: 'days' },
              ]}
              value={values.window}
              onChange={(window) => onChange({ window: window === 'days' ? 'days' : 'all' })}
              helpText={t('settings.window.help')}
            />
            {values.window === 'days' && (
              <TextField
                label={t('settings.window.number')}
                type="number"
                min={30}
                max={3650}
                autoComplete="off"
                value={values.windowDays}
                onChange={(windowDays) => onChange({ windowDays })}
                error={problems.windowDays === undefined ? false : t('settings.problems.windowDays')}
              />
            )}
          </BlockStack>
        </Card>
        <Card>
          <ChoiceList
            title={
              <Text as="span" variant="headingMd">
                {t('settings.frequency.title')}
              </Text>
            }
            choices={[
              {
                label: t('settings.frequency.all'),
                value: 'all-customers',
                helpText: t('settings.frequency.allHelp'),
              },
              {
                label: t('settings.frequency.repeat'),
                value: 'repeat-customers',
                helpText: t('settings.frequency.repeatHelp'),
              },
            ]}
            selected={values.frequencyMethod === null ? [] : [values.frequencyMethod]}
            onChange={([method]) => onChange({ frequencyMethod: method as FrequencyMethod })}
          />
          {values.frequencyMethod === null && (
            <Text as="p" tone="subdued">
              {t('settings.frequency.notChosen')}
            </Text>
          )}
        </Card>
        <OwnCutPointsCard
          fields={values.own}
          onChange={(own) => onChange({ own })}
          currency={currency}
          problems={problems.own ?? []}
        />
        <ApartSetting values={values} onChange={onChange} companies={companies} />
        <CycleSetting
          values={values}
          onChange={onChange}
          suggested={suggested}
          problem={problems.cycleLength}
        />
        <MarginSetting
          percent={values.marginPercent}
          onChange={(marginPercent) => onChange({ marginPercent })}
          problem={problems.marginPercent !== undefined}
        />
        <Card>
          <BlockStack gap="300">
            <Text as="h2" variant="headingMd">
              {t('settings.writeBack.title')}
            </Text>
            {values.writeBack === null ? (
              <Text as="p">
                {t('settings.writeBack.notAsked')} <Link url="/app">{t('settings.writeBack.toHome')}</Link>
              </Text>
            ) : (
              <Checkbox
                label={t('settings.writeBack.label')}
                helpText={t('settings.writeBack.help')}
                checked={values.writeBack}
                onChange={(writeBack) => onChange({ writeBack })}
              />
            )}
            <TextField
              label={t('settings.writeBack.prefix')}
              autoComplete="off"
              maxLength={40}
              value={values.tagPrefix}
              onChange={(tagPrefix) => onChange({ tagPrefix })}
              helpText={t('settings.writeBack.prefixHelp', { tag: `${values.tagPrefix}:champions` })}
              error={problems.tagPrefix === undefined ? false : t('settings.problems.tagPrefix')}
            />
            <Text as="p" tone="subdued">
              {t('settings.writeBack.again')}
            </Text>
          </BlockStack>
        </Card>
      </BlockStack>
    </fieldset>
  );
}

import {
  BlockStack,
  Card,
  Checkbox,
  ChoiceList,
  InlineGrid,
  RadioButton,
  Select,
  Text,
} from '@shopify/polaris';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { PLAN_LIMITS } from '#app/campaigns/plan.ts';
import { SKIP_REASONS } from '#app/campaigns/skip-reasons.ts';
import type { PlanDraft } from './campaign-draft.ts';
import { LeaveOutLowValue } from './leave-out-low-value.tsx';
import { NumberField, useFaultWords, useFormTerms } from './campaign-fields.tsx';
import { useScheme, useSegmentWords } from './scheme.tsx';
import { ShopifySegmentPicker } from './shopify-segment-picker.tsx';
import { ValuePicker, type Value } from './value-picker.tsx';

type AudienceProps = {
  draft: PlanDraft;
  onChange: (patch: Partial<PlanDraft>) => void;
  /** The merchant's own segments. */
  saved: readonly { id: number; name: string }[];
};

const CONSENTS = ['email', 'sms', 'either', 'any'] as const;

/** Who may take part. */
export function CampaignAudience({ draft, onChange, saved }: AudienceProps) {
  const { t } = useTranslation();
  const { faultsIn, faultAt } = useFormTerms();
  const wrong = useFaultWords();
  const wordsOf = useSegmentWords();
  const { segments } = useScheme();
  const { source } = draft;
  const change = (patch: Partial<PlanDraft['source']>): void => onChange({ source: { ...source, ...patch } });
  const nameOf = (slug: string): string => wordsOf(slug).name;
  // A campaign of another scheme keeps what it was made of, until somebody takes it out.
  const slugs: Value[] = [...new Set([...segments, ...source.slugs])].map((slug) => ({
    value: slug,
    label: nameOf(slug),
  }));
  // One that was made on this page is not among those it was opened with.
  const [made, setMade] = useState<{ id: number; name: string } | null>(null);
  const all = made === null || saved.some(({ id }) => id === made.id) ? saved : [...saved, made];
  const own: Value[] = all.map(({ id, name }) => ({ value: String(id), label: name }));
  const ownName = (id: string): string =>
    own.find(({ value }) => value === id)?.label ?? t('campaigns.audience.deleted', { id });
  const sourceWrong = wrong(faultsIn('audience', 'source')[0]?.fault).error;
  const radio = (kind: typeof source.kind, label: string) => (
    <RadioButton
      label={label}
      name="campaign-source"
      id={`campaign-source-${kind}`}
      checked={source.kind === kind}
      onChange={() => change({ kind })}
    />
  );
  return (
    <Card>
      <BlockStack gap="400">
        <Text as="h2" variant="headingMd">
          {t('campaigns.audience.title')}
        </Text>
        <fieldset className="rk-fields">
          <BlockStack gap="200">
            <legend>{t('campaigns.audience.whose')}</legend>
            {radio('segments', t('campaigns.audience.segments'))}
            {(own.length > 0 || source.kind === 'saved') && radio('saved', t('campaigns.audience.saved'))}
            {radio('shopify', t('campaigns.audience.shopify'))}
          </BlockStack>
        </fieldset>
        {source.kind === 'segments' && (
          <ValuePicker
            label={t('campaigns.audience.segmentsLabel')}
            chosen={source.slugs}
            onChange={(chosen) => change({ slugs: chosen })}
            offered={slugs}
            nameOf={nameOf}
            error={sourceWrong}
          />
        )}
        {source.kind === 'saved' && (
          <Select
            label={t('campaigns.audience.savedLabel')}
            options={[
              { value: '', label: t('campaigns.choose') },
              ...own,
              ...(source.saved === '' || own.some(({ value }) => value === source.saved)
                ? []
                : [{ value: source.saved, label: ownName(source.saved) }]),
            ]}
            value={source.saved}
            onChange={(chosen) => change({ saved: chosen })}
            {...(sourceWrong === undefined ? {} : { error: sourceWrong })}
          />
        )}
        {source.kind === 'shopify' && (
          <ShopifySegmentPicker
            chosen={source.shopify}
            onChange={(shopify) => change({ shopify })}
            error={sourceWrong}
          />
        )}
        {(own.length > 0 || draft.leaveOut.length > 0) && (
          <ValuePicker
            label={t('campaigns.audience.leaveOut')}
            chosen={draft.leaveOut}
            onChange={(leaveOut) => onChange({ leaveOut })}
            offered={own}
            nameOf={ownName}
            error={wrong(faultsIn('audience', 'leaveOut')[0]?.fault).error}
          />
        )}
        <LeaveOutLowValue
          slugs={source.kind === 'segments' ? source.slugs : []}
          chosen={draft.leaveOut}
          onLeaveOut={(segment) => {
            if (!own.some(({ value }) => value === String(segment.id))) setMade(segment);
            onChange({ leaveOut: [...draft.leaveOut, String(segment.id)] });
          }}
        />
        <ChoiceList
          allowMultiple
          title={t('campaigns.audience.leaveOutSkipped')}
          choices={SKIP_REASONS.map((value) => ({ value, label: t(`campaigns.skip.${value}`) }))}
          selected={draft.leaveOutSkipped}
          onChange={(chosen) =>
            onChange({ leaveOutSkipped: SKIP_REASONS.filter((reason) => chosen.includes(reason)) })
          }
        />
        <Select
          label={t('campaigns.audience.consent')}
          options={CONSENTS.map((value) => ({ value, label: t(`campaigns.consent.${value}`) }))}
          value={draft.consent}
          onChange={(chosen) => onChange({ consent: CONSENTS.find((one) => one === chosen) ?? 'email' })}
          helpText={t(
            draft.delivery === 'mail' ? 'campaigns.audience.consentMail' : 'campaigns.audience.consentCodes',
          )}
          {...wrong(faultAt('audience', 'consent'))}
        />
        <InlineGrid columns={{ xs: 1, sm: 2 }} gap="300">
          <NumberField
            label={t('campaigns.audience.quietDays')}
            value={draft.quietDays}
            onChange={(quietDays) => onChange({ quietDays })}
            at={['audience', 'quietDays']}
            bounds={PLAN_LIMITS.quietDays}
            suffix={t('campaigns.days')}
          />
          <NumberField
            label={t('campaigns.audience.restDays')}
            helpText={t('campaigns.audience.restHelp')}
            value={draft.restDays}
            onChange={(restDays) => onChange({ restDays })}
            at={['audience', 'restDays']}
            bounds={{ least: 0, most: PLAN_LIMITS.restDays }}
            suffix={t('campaigns.days')}
          />
        </InlineGrid>
        <Checkbox
          label={t('campaigns.audience.overdueOnly')}
          helpText={t('campaigns.audience.overdueHelp')}
          checked={draft.overdueOnly}
          onChange={(overdueOnly) => onChange({ overdueOnly })}
        />
      </BlockStack>
    </Card>
  );
}

import { BlockStack, Card, Checkbox, ChoiceList, InlineGrid, Link, Select, Text } from '@shopify/polaris';
import { useTranslation } from 'react-i18next';
import { PLAN_LIMITS } from '#app/campaigns/plan.ts';
import type { PlanDraft } from './campaign-draft.ts';
import { MoneyField, NumberField, useFaultWords, useFormTerms } from './campaign-fields.tsx';

type TermsProps = { draft: PlanDraft; onChange: (patch: Partial<PlanDraft>) => void };

const AGAIN = ['never', 'after', 'each-time'] as const;

/** What the campaign is to reach, and how it runs. */
export function CampaignGoal({ draft, onChange }: TermsProps) {
  const { t } = useTranslation();
  const { launched } = useFormTerms();
  return (
    <Card>
      <BlockStack gap="400">
        <BlockStack gap="100">
          <Text as="h2" variant="headingMd">
            {t('campaigns.goal.title')}
          </Text>
          <Text as="p">{t('campaigns.goal.what')}</Text>
        </BlockStack>
        <InlineGrid columns={{ xs: 1, sm: 2 }} gap="300">
          <NumberField
            label={t('campaigns.goal.observe')}
            helpText={t(launched ? 'campaigns.goal.settled' : 'campaigns.goal.observeHelp')}
            value={draft.observeDays}
            onChange={(observeDays) => onChange({ observeDays })}
            at={['observeDays']}
            bounds={PLAN_LIMITS.observeDays}
            suffix={t('campaigns.days')}
            disabled={launched}
          />
          <NumberField
            label={t('campaigns.goal.join')}
            helpText={t(launched ? 'campaigns.goal.settled' : 'campaigns.goal.joinHelp')}
            value={draft.joinDays}
            onChange={(joinDays) => onChange({ joinDays })}
            at={['joinDays']}
            bounds={{ least: 0, most: PLAN_LIMITS.joinDays }}
            suffix={t('campaigns.days')}
            disabled={launched}
          />
          <Select
            label={t('campaigns.goal.again')}
            helpText={t(launched ? 'campaigns.goal.settled' : 'campaigns.goal.againHelp')}
            disabled={launched}
            options={AGAIN.map((value) => ({ value, label: t(`campaigns.goal.agains.${value}`) }))}
            value={draft.again}
            onChange={(chosen) => onChange({ again: AGAIN.find((one) => one === chosen) ?? 'never' })}
          />
          {draft.again === 'after' && (
            <NumberField
              label={t('campaigns.goal.againDays')}
              value={draft.againDays}
              onChange={(againDays) => onChange({ againDays })}
              at={['again', 'days']}
              bounds={{ least: 1, most: 3650 }}
              disabled={launched}
              suffix={t('campaigns.days')}
            />
          )}
        </InlineGrid>
      </BlockStack>
    </Card>
  );
}

/** Who looks at an offer before it goes out, and on which way it goes. */
export function CampaignDelivery({ draft, onChange, mayMail }: TermsProps & { mayMail: boolean }) {
  const { t } = useTranslation();
  const { faultAt } = useFormTerms();
  const wrong = useFaultWords();
  // Whoever chose e-mail before sees it, to take it back.
  const ways = (['codes', 'mail'] as const).filter(
    (way) => way === 'codes' || mayMail || draft.delivery === 'mail',
  );
  return (
    <Card>
      <BlockStack gap="400">
        <Text as="h2" variant="headingMd">
          {t('campaigns.delivery.title')}
        </Text>
        <ChoiceList
          title={t('campaigns.delivery.mode')}
          choices={(['manual', 'live'] as const).map((value) => ({
            value,
            label: t(`campaigns.mode.${value}`),
            helpText: t(`campaigns.delivery.modeHelp.${value}`),
          }))}
          selected={[draft.mode]}
          onChange={([mode]) => onChange({ mode: mode === 'live' ? 'live' : 'manual' })}
        />
        <ChoiceList
          title={t('campaigns.delivery.way')}
          choices={ways.map((value) => ({
            value,
            label: t(`campaigns.delivery.ways.${value}`),
            helpText: t(`campaigns.delivery.wayHelp.${value}`),
          }))}
          selected={[draft.delivery]}
          onChange={([delivery]) => onChange({ delivery: delivery === 'mail' ? 'mail' : 'codes' })}
          {...wrong(faultAt('delivery'))}
        />
        {!mayMail && (
          <Text as="p">
            {t('campaigns.delivery.noSender')} <Link url="/app/mail">{t('mail.link.open')}</Link>
          </Text>
        )}
      </BlockStack>
    </Card>
  );
}

/** The share that gets nothing, so that the campaign can be told from what would have happened anyway. */
export function CampaignCompare({ draft, onChange }: TermsProps) {
  const { t } = useTranslation();
  const { launched } = useFormTerms();
  const { least, most } = PLAN_LIMITS.holdOut;
  return (
    <Card>
      <BlockStack gap="300">
        <BlockStack gap="100">
          <Text as="h2" variant="headingMd">
            {t('campaigns.compare.title')}
          </Text>
          <Text as="p">{t('campaigns.compare.what')}</Text>
        </BlockStack>
        <InlineGrid columns={{ xs: 1, sm: 2 }} gap="300">
          <NumberField
            label={t('campaigns.compare.share')}
            helpText={t(launched ? 'campaigns.goal.settled' : 'campaigns.compare.help')}
            value={draft.holdOut}
            onChange={(holdOut) => onChange({ holdOut })}
            at={['holdOut']}
            bounds={{ least: least * 100, most: most * 100 }}
            suffix="%"
            disabled={launched}
          />
        </InlineGrid>
      </BlockStack>
    </Card>
  );
}

/** What the campaign may not cost. */
export function CampaignGuards({ draft, onChange }: TermsProps) {
  const { t } = useTranslation();
  return (
    <Card>
      <BlockStack gap="300">
        <BlockStack gap="100">
          <Text as="h2" variant="headingMd">
            {t('campaigns.guards.title')}
          </Text>
          <Text as="p">{t('campaigns.guards.what')}</Text>
        </BlockStack>
        <InlineGrid columns={{ xs: 1, sm: 2 }} gap="300">
          <MoneyField
            label={t('campaigns.guards.budget')}
            helpText={t('campaigns.guards.budgetHelp')}
            value={draft.budget}
            onChange={(budget) => onChange({ budget })}
            at={['guards', 'budget']}
          />
          <NumberField
            label={t('campaigns.guards.codes')}
            helpText={t('campaigns.guards.codesHelp')}
            value={draft.codesPerYear}
            onChange={(codesPerYear) => onChange({ codesPerYear })}
            at={['guards', 'codesPerYear']}
            bounds={{ least: 1, most: PLAN_LIMITS.codesPerYear }}
          />
          <NumberField
            label={t('campaigns.guards.margin')}
            helpText={t('campaigns.guards.marginHelp')}
            value={draft.leastMargin}
            onChange={(leastMargin) => onChange({ leastMargin })}
            at={['guards', 'leastMargin']}
            bounds={{ least: 0, most: 100 }}
            suffix="%"
          />
        </InlineGrid>
        <Checkbox
          label={t('campaigns.guards.combines')}
          helpText={t('campaigns.guards.combinesHelp')}
          checked={draft.combines}
          onChange={(combines) => onChange({ combines })}
        />
      </BlockStack>
    </Card>
  );
}

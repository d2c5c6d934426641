import { SaveBar, useAppBridge } from '@shopify/app-bridge-react';
import { Banner, BlockStack, Button, Card, InlineStack, Layout, Text, TextField } from '@shopify/polaris';
import { useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { mailFaults } from '#app/campaigns/mail-faults.ts';
import { parsePlan } from '#app/campaigns/parse-plan.ts';
import type { PlanFault } from '#app/campaigns/plan-reader.ts';
import { PLAN_LIMITS, type CampaignPlan } from '#app/campaigns/plan.ts';
import { suggestedShare } from '#app/campaigns/power.ts';
import { CampaignAudience } from './campaign-audience.tsx';
import { percentText, planDraft, sentPlan, type PlanDraft } from './campaign-draft.ts';
import { CampaignFormTerms } from './campaign-fields.tsx';
import { CampaignLadder } from './campaign-ladder.tsx';
import type { CampaignAnswer } from './campaign-answer.ts';
import { CampaignNotSaved } from './campaign-not-saved.tsx';
import { CampaignSummary } from './campaign-summary.tsx';
import { CampaignTemplates } from './campaign-templates.tsx';
import { CampaignCompare, CampaignDelivery, CampaignGoal, CampaignGuards } from './campaign-terms.tsx';
import type { BuilderShop } from './condition-fields.tsx';
import { PowerCard } from './power-card.tsx';
import { useCampaignCount } from './use-campaign-count.ts';
import { usePower } from './use-power.ts';

type CampaignFormProps = {
  /** What is stored; the plan is null of a campaign to be made, for which no template was chosen. */
  name: string;
  plan: CampaignPlan;
  /** Whether it is made by saving: then there are templates, and saving is what is to do. */
  isNew: boolean;
  launched: boolean;
  saved: readonly { id: number; name: string }[];
  shop: BuilderShop;
  /** Whether a sender of messages is verified. */
  mayMail: boolean;
  busy: boolean;
  answer: CampaignAnswer | undefined;
  onSave: (name: string, plan: CampaignPlan) => void;
};

/** Everything that is decided of a campaign, on one page. */
export function CampaignForm(props: CampaignFormProps) {
  const {
    name: storedName,
    plan: givenPlan,
    isNew,
    launched,
    saved,
    shop,
    mayMail,
    busy,
    answer,
    onSave,
  } = props;
  const { t } = useTranslation();
  const shopify = useAppBridge();
  const [ownShare, setOwnShare] = useState(false);
  const [name, setName] = useState(storedName);
  const [draft, setDraft] = useState(() => planDraft(givenPlan, shop.currency));
  const [tried, setTried] = useState(false);
  const refused = answer?.result === 'invalid' ? answer.faults : [];
  const typed = useMemo(() => sentPlan(draft, shop.currency), [draft, shop.currency]);
  const typedFaults = faultsOf(typed) ?? refused;
  const audience = audienceText(typedFaults, typed);
  const counted = useCampaignCount(audience);
  const observeDays = typedFaults.some(({ at }) => at[0] === 'observeDays')
    ? null
    : (typed as CampaignPlan).observeDays;
  // A segment of Shopify's is read for the count; before, nobody knows who is in it.
  const known = draft.source.kind !== 'shopify' || counted.at === 'counted';
  const power = usePower(launched || !known ? null : audience, observeDays);
  // A new campaign begins with the share that suits its audience, until somebody chooses one.
  const preset =
    isNew && !ownShare && power?.base?.rate
      ? suggestedShare(power.base.audience, power.base.rate.rate).share
      : null;
  const filled = preset === null ? draft : { ...draft, holdOut: percentText(preset) };
  const storedPlan = preset === null ? givenPlan : { ...givenPlan, holdOut: preset };
  const sent = useMemo(
    () => (preset === null ? typed : { ...(typed as CampaignPlan), holdOut: preset }),
    [typed, preset],
  );
  const parsed = useMemo(() => parsePlan(sent), [sent]);
  const nameMissing = name.trim() === '';
  const missing = parsed.ok ? mailFaults(parsed.plan) : parsed.faults;
  const faults = missing.length > 0 ? missing : refused;
  const dirty =
    name !== storedName ||
    JSON.stringify(sent) !== JSON.stringify(sentPlan(planDraft(storedPlan, shop.currency), shop.currency));
  // While the share cannot be read, what it would show is told for the stored one.
  const share = parsed.ok ? parsed.plan.holdOut : storedPlan.holdOut;
  const change = (patch: Partial<PlanDraft>): void => {
    if (patch.holdOut !== undefined) setOwnShare(true);
    setDraft((latest) => ({ ...latest, ...patch }));
  };
  const wrong = useRef<HTMLDivElement>(null);
  const [attempts, setAttempts] = useState(0);
  // Whoever saves hears at once that it was not saved, wherever on the page that was.
  useEffect(() => {
    if (attempts > 0) wrong.current?.focus();
  }, [attempts]);
  const save = (): void => {
    if (busy) return;
    setTried(true);
    if (parsed.ok && missing.length === 0 && !nameMissing) onSave(name.trim(), parsed.plan);
    else setAttempts((before) => before + 1);
  };
  const discard = (): void => {
    setName(storedName);
    setDraft(planDraft(givenPlan, shop.currency));
    setOwnShare(false);
    setTried(false);
  };
  const shown = tried ? faults : [];
  useEffect(() => {
    if (answer?.result === 'saved') shopify.toast.show(t('campaigns.saved'));
    else if (answer !== undefined) wrong.current?.focus();
  }, [answer, shopify, t]);
  return (
    <CampaignFormTerms faults={shown} shop={shop} plan={parsed.ok ? parsed.plan : null} launched={launched}>
      <SaveBar id="campaign" open={dirty && answer?.result !== 'saved'}>
        <button variant="primary" onClick={save} {...(busy ? { loading: '' } : {})}>
          {t('settings.save')}
        </button>
        <button onClick={discard}>{t('settings.discard')}</button>
      </SaveBar>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          save();
        }}
      >
        <Layout>
          <Layout.Section>
            <BlockStack gap="400">
              <div ref={wrong} tabIndex={-1} className="rk-focusless">
                <CampaignNotSaved answer={answer} faults={shown} nameMissing={tried && nameMissing} />
              </div>
              {launched && (
                <Banner tone="info" title={t('campaigns.edit.title')}>
                  <Text as="p">{t('campaigns.edit.text')}</Text>
                </Banner>
              )}
              {isNew && (
                <CampaignTemplates
                  onUse={(label, plan) => {
                    // The share is of the audience, not of the template.
                    setDraft(({ holdOut }) => ({ ...planDraft(plan, shop.currency), holdOut }));
                    setName((before) => (before.trim() === '' ? label : before));
                  }}
                />
              )}
              <Card>
                <TextField
                  label={t('campaigns.name')}
                  helpText={t('campaigns.nameHelp')}
                  autoComplete="off"
                  maxLength={PLAN_LIMITS.name}
                  value={name}
                  onChange={setName}
                  {...(tried && nameMissing ? { error: t('campaigns.fault.empty') } : {})}
                />
              </Card>
              <CampaignAudience draft={draft} onChange={change} saved={saved} />
              <CampaignGoal draft={draft} onChange={change} />
              <CampaignDelivery draft={draft} onChange={change} mayMail={mayMail} />
              <CampaignLadder draft={draft} onChange={change} />
              <CampaignCompare draft={filled} onChange={change} />
              {power !== null && power.base !== null && !launched && (
                <PowerCard
                  base={power.base}
                  margin={power.margin}
                  share={share}
                  observeDays={observeDays ?? 0}
                  joinDays={parsed.ok ? parsed.plan.joinDays : 0}
                  onShare={(one) => change({ holdOut: percentText(one) })}
                />
              )}
              <CampaignGuards draft={draft} onChange={change} />
              <InlineStack align="end">
                <Button variant="primary" submit loading={busy}>
                  {t(isNew ? 'campaigns.saveDraft' : 'settings.save')}
                </Button>
              </InlineStack>
            </BlockStack>
          </Layout.Section>
          <Layout.Section variant="oneThird">
            <CampaignSummary plan={parsed.ok ? parsed.plan : null} saved={saved} counted={counted} />
          </Layout.Section>
        </Layout>
      </form>
    </CampaignFormTerms>
  );
}

/** What is wrong with what is typed, null when nothing is. */
function faultsOf(typed: unknown): PlanFault[] | null {
  const parsed = parsePlan(typed);
  return parsed.ok ? null : parsed.faults;
}

/** Who would be counted: nobody, while something is wrong with the audience itself. */
function audienceText(faults: readonly PlanFault[], sent: unknown): string | null {
  if (faults.some(({ at }) => at[0] === 'audience')) return null;
  return JSON.stringify((sent as CampaignPlan).audience);
}

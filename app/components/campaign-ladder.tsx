import {
  Banner,
  BlockStack,
  Button,
  ButtonGroup,
  Card,
  InlineGrid,
  InlineStack,
  Select,
  Text,
} from '@shopify/polaris';
import { useTranslation } from 'react-i18next';
import { PLAN_LIMITS } from '#app/campaigns/plan.ts';
import { Arrived } from './arrived.tsx';
import { CampaignBranch } from './campaign-branch.tsx';
import { emptyArm, emptyStep, nextKey, type PlanDraft, type StepDraft } from './campaign-draft.ts';
import { NumberField, useFaultWords, useFormTerms } from './campaign-fields.tsx';

type LadderProps = { draft: PlanDraft; onChange: (patch: Partial<PlanDraft>) => void };

/** The steps that customers go through until they order. */
export function CampaignLadder({ draft, onChange }: LadderProps) {
  const { t } = useTranslation();
  const { faultAt } = useFormTerms();
  const wrong = useFaultWords();
  const { ladder } = draft;
  const set = (steps: StepDraft[]): void =>
    // The first step is never waited for, whichever it is now.
    onChange({
      ladder: steps.map((step, i) =>
        i === 0 ? { ...step, waitDays: '0' } : step.waitDays === '0' ? { ...step, waitDays: '5' } : step,
      ),
    });
  const move = (from: number, to: number): void => {
    const steps = [...ladder];
    const [step] = steps.splice(from, 1);
    if (step !== undefined) steps.splice(to, 0, step);
    set(steps);
  };
  const missing = wrong(faultAt('ladder')).error;
  return (
    <Card>
      <BlockStack gap="400">
        <BlockStack gap="100">
          <Text as="h2" variant="headingMd">
            {t('campaigns.ladder.title')}
          </Text>
          <Text as="p">{t('campaigns.ladder.what')}</Text>
        </BlockStack>
        {missing !== undefined && <Banner tone="critical">{missing}</Banner>}
        <Arrived after={ladder.length}>
          <ol className="rk-rows rk-ladder">
            {ladder.map((step, place) => (
              <li key={step.key}>
                <LadderStep
                  step={step}
                  place={place}
                  of={ladder.length}
                  delivery={draft.delivery}
                  onChange={(next) => set(ladder.map((one, i) => (i === place ? next : one)))}
                  onMove={(to) => move(place, to)}
                  onRemove={() => set(ladder.filter((_, i) => i !== place))}
                />
              </li>
            ))}
          </ol>
        </Arrived>
        {ladder.length < PLAN_LIMITS.steps && (
          <InlineStack>
            <Button onClick={() => set([...ladder, emptyStep(ladder.length === 0)])}>
              {t('campaigns.ladder.add')}
            </Button>
          </InlineStack>
        )}
      </BlockStack>
    </Card>
  );
}

const KINDS = ['message', 'reminder', 'survey'] as const;

type StepProps = {
  step: StepDraft;
  place: number;
  of: number;
  delivery: PlanDraft['delivery'];
  onChange: (step: StepDraft) => void;
  onMove: (to: number) => void;
  onRemove: () => void;
};

function LadderStep({ step, place, of, delivery, onChange, onMove, onRemove }: StepProps) {
  const { t } = useTranslation();
  const { faultAt } = useFormTerms();
  const wrong = useFaultWords();
  const { kind, branches } = step;
  const number = place + 1;
  const change = (patch: Partial<StepDraft>): void => onChange({ ...step, ...patch });
  const own = wrong(faultAt('ladder', place)).error;
  const offers = branches.some(({ arms }) => arms.some(({ offer }) => offer.kind !== 'none'));
  const addBranch = (): void => {
    const branch = {
      key: nextKey(),
      when: { match: 'all' as const, parts: [] },
      arms: [emptyArm()],
    };
    // Those who are asked for come before everybody else.
    change({ branches: [...branches.slice(0, -1), branch, ...branches.slice(-1)] });
  };
  return (
    <fieldset className="rk-fields" aria-label={t('campaigns.step.title', { number })}>
      <BlockStack gap="300">
        <InlineStack align="space-between" blockAlign="center" gap="200">
          <Text as="h3" variant="headingSm">
            {t('campaigns.step.title', { number })}
          </Text>
          <ButtonGroup>
            <Button
              variant="tertiary"
              disabled={place === 0}
              onClick={() => onMove(place - 1)}
              accessibilityLabel={t('campaigns.step.upNumber', { number })}
            >
              {t('campaigns.step.up')}
            </Button>
            <Button
              variant="tertiary"
              disabled={place === of - 1}
              onClick={() => onMove(place + 1)}
              accessibilityLabel={t('campaigns.step.downNumber', { number })}
            >
              {t('campaigns.step.down')}
            </Button>
            <Button
              variant="tertiary"
              tone="critical"
              disabled={of === 1}
              onClick={onRemove}
              accessibilityLabel={t('campaigns.step.removeNumber', { number })}
            >
              {t('campaigns.step.remove')}
            </Button>
          </ButtonGroup>
        </InlineStack>
        {own !== undefined && (
          <Text as="p" tone="critical">
            {own}
          </Text>
        )}
        <InlineGrid columns={{ xs: 1, sm: 3 }} gap="300">
          <Select
            label={t('campaigns.step.kind')}
            options={KINDS.map((value) => ({ value, label: t(`campaigns.step.kinds.${value}`) }))}
            value={kind}
            onChange={(chosen) => change({ kind: KINDS.find((one) => one === chosen) ?? 'message' })}
          />
          {place > 0 && (
            <NumberField
              label={t('campaigns.step.wait')}
              value={step.waitDays}
              onChange={(waitDays) => change({ waitDays })}
              at={['ladder', place, 'waitDays']}
              bounds={{ least: PLAN_LIMITS.waitDays, most: PLAN_LIMITS.longestWait }}
              suffix={t('campaigns.days')}
            />
          )}
          {kind === 'message' && offers && (
            <NumberField
              label={t('campaigns.step.valid')}
              value={step.validDays}
              onChange={(validDays) => change({ validDays })}
              at={['ladder', place, 'validDays']}
              bounds={{ least: 1, most: PLAN_LIMITS.validDays }}
              suffix={t('campaigns.days')}
            />
          )}
        </InlineGrid>
        {branches.map((branch, i) => (
          <BlockStack key={branch.key} gap="200">
            {branches.length > 1 && branch.when === null && (
              <Text as="h4" variant="headingSm">
                {t('campaigns.step.everyoneElse')}
              </Text>
            )}
            <CampaignBranch
              branch={branch}
              onChange={(next) => change({ branches: branches.map((one, at) => (at === i ? next : one)) })}
              kind={kind}
              delivery={delivery}
              at={['ladder', place, 'branches', i]}
            />
            {branch.when !== null && (
              <InlineStack>
                <Button
                  variant="tertiary"
                  onClick={() => change({ branches: branches.filter((_, at) => at !== i) })}
                >
                  {t('campaigns.step.removeBranch')}
                </Button>
              </InlineStack>
            )}
          </BlockStack>
        ))}
        {branches.length < PLAN_LIMITS.branches && (
          <InlineStack>
            <Button
              variant="tertiary"
              onClick={addBranch}
              accessibilityLabel={t('campaigns.step.addBranchNumber', { number })}
            >
              {t('campaigns.step.addBranch')}
            </Button>
          </InlineStack>
        )}
      </BlockStack>
    </fieldset>
  );
}

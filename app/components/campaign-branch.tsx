import { BlockStack, Box, Button, InlineStack, Select, Text, TextField } from '@shopify/polaris';
import { useTranslation } from 'react-i18next';
import type { Place } from '#app/campaigns/plan-reader.ts';
import { PLAN_LIMITS } from '#app/campaigns/plan.ts';
import { parseTree } from '#app/rfm/parse-conditions.ts';
import { ArmPreview } from './arm-preview.tsx';
import { emptyArm, type ArmDraft, type BranchDraft, type StepDraft } from './campaign-draft.ts';
import { useFaultWords, useFormTerms } from './campaign-fields.tsx';
import { CampaignOfferFields } from './campaign-offer-fields.tsx';
import { sentOf } from './condition-drafts.ts';
import { ConditionsEditor } from './conditions-editor.tsx';

/** A, B, C, D. */
const armLetter = (place: number): string => String.fromCharCode(65 + place);

type BranchProps = {
  branch: BranchDraft;
  onChange: (branch: BranchDraft) => void;
  kind: StepDraft['kind'];
  delivery: 'codes' | 'mail';
  at: Place;
};

/** What one kind of customers gets at a step: one message, or several of which each customer gets one by chance. */
export function CampaignBranch({ branch, onChange, kind, delivery, at }: BranchProps) {
  const { t } = useTranslation();
  const { faultAt, shop } = useFormTerms();
  const { when, arms } = branch;
  const question = when === null ? null : parseTree(sentOf(when, shop.currency));
  const replace = (place: number, arm: ArmDraft | null): void =>
    onChange({
      ...branch,
      arms: arms.flatMap((one, i) => (i === place ? (arm === null ? [] : [arm]) : [one])),
    });
  return (
    <BlockStack gap="300">
      {when !== null && (
        <BlockStack gap="200">
          <Text as="h4" variant="headingSm">
            {t('campaigns.step.onlyThose')}
          </Text>
          <ConditionsEditor
            draft={when}
            onChange={(next) => onChange({ ...branch, when: next })}
            shop={shop}
            problems={faultAt(...at, 'when') !== undefined && question?.ok === false ? question.problems : []}
          />
        </BlockStack>
      )}
      {arms.map((arm, place) => {
        const fields = (
          <ArmFields
            arm={arm}
            onChange={(next) => replace(place, next)}
            kind={kind}
            delivery={delivery}
            at={[...at, 'arms', place]}
          />
        );
        if (arms.length === 1) return <div key={arm.key}>{fields}</div>;
        const letter = armLetter(place);
        return (
          <Box key={arm.key} padding="300" borderWidth="025" borderColor="border" borderRadius="200">
            <fieldset className="rk-fields" aria-label={t('campaigns.step.arm', { letter })}>
              <BlockStack gap="300">
                <InlineStack align="space-between" blockAlign="center">
                  <Text as="h4" variant="headingSm">
                    {t('campaigns.step.arm', { letter })}
                  </Text>
                  <Button variant="tertiary" onClick={() => replace(place, null)}>
                    {t('campaigns.step.removeArm', { letter })}
                  </Button>
                </InlineStack>
                {fields}
              </BlockStack>
            </fieldset>
          </Box>
        );
      })}
      {arms.length < PLAN_LIMITS.arms && (
        <InlineStack>
          <Button
            variant="tertiary"
            onClick={() =>
              onChange({
                ...branch,
                arms: [...arms, { ...(arms.at(-1) ?? emptyArm()), key: emptyArm().key }],
              })
            }
          >
            {t('campaigns.step.addArm')}
          </Button>
        </InlineStack>
      )}
    </BlockStack>
  );
}

const HOURS = Array.from({ length: 24 }, (_, hour) => String(hour));

function ArmFields({
  arm,
  onChange,
  kind,
  delivery,
  at,
}: {
  arm: ArmDraft;
  onChange: (arm: ArmDraft) => void;
  kind: StepDraft['kind'];
  delivery: 'codes' | 'mail';
  at: Place;
}) {
  const { t } = useTranslation();
  const { faultAt } = useFormTerms();
  const wrong = useFaultWords();
  const change = (patch: Partial<ArmDraft>): void => onChange({ ...arm, ...patch });
  return (
    <BlockStack gap="300">
      {kind === 'message' && (
        <CampaignOfferFields
          offer={arm.offer}
          onChange={(offer) => change({ offer })}
          at={[...at, 'offer']}
        />
      )}
      {delivery === 'mail' && (
        <>
          <TextField
            label={t('campaigns.message.subject')}
            autoComplete="off"
            maxLength={PLAN_LIMITS.subject}
            value={arm.subject}
            onChange={(subject) => change({ subject })}
            {...wrong(faultAt(...at, 'subject'))}
          />
          <TextField
            label={t('campaigns.message.body')}
            helpText={t('campaigns.message.help')}
            autoComplete="off"
            multiline={6}
            maxLength={PLAN_LIMITS.body}
            value={arm.body}
            onChange={(body) => change({ body })}
            {...wrong(faultAt(...at, 'body'))}
          />
          <ArmPreview at={at} />
        </>
      )}
      <Select
        label={t('campaigns.message.hour')}
        options={[
          { value: '', label: t('campaigns.message.atOnce') },
          ...HOURS.map((hour) => ({ value: hour, label: `${hour.padStart(2, '0')}:00` })),
        ]}
        value={arm.hour}
        onChange={(hour) => change({ hour })}
      />
    </BlockStack>
  );
}

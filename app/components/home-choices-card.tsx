import { BlockStack, Card, Checkbox, FormLayout, Text, TextField } from '@shopify/polaris';
import { useTranslation } from 'react-i18next';
import { GOALS, unitOf, type Goal } from '#app/rfm/day-figures.ts';

/** What the card holds; numbers are text because people type them. */
export type HomeChoiceValues = {
  slippingPercent: string;
  slippingDays: string;
  guideShown: boolean;
} & Record<Goal, string>;

/** The fields whose text is not what it should be. */
export type HomeChoiceProblems = Partial<Record<keyof HomeChoiceValues, true>>;

/** When Home warns, which targets it shows, and whether the setup guide is there. */
export function HomeChoicesCard({
  values,
  onChange,
  problems,
  example,
  readOnly,
}: {
  values: HomeChoiceValues;
  onChange: (patch: Partial<HomeChoiceValues>) => void;
  problems: HomeChoiceProblems;
  /** An amount as it is to be typed. */
  example: string;
  readOnly: boolean;
}) {
  const { t } = useTranslation();
  return (
    <fieldset className="rk-fields" disabled={readOnly} id="home">
      <Card>
        <BlockStack gap="300">
          <Text as="h2" variant="headingMd">
            {t('homePage.choices.title')}
          </Text>
          <FormLayout>
            <FormLayout.Group>
              <TextField
                label={t('homePage.choices.percent')}
                suffix={t('homePage.choices.percentSuffix')}
                autoComplete="off"
                inputMode="numeric"
                value={values.slippingPercent}
                onChange={(slippingPercent) => onChange({ slippingPercent })}
                error={problems.slippingPercent ? t('homePage.choices.problem.percent') : false}
              />
              <TextField
                label={t('homePage.choices.days')}
                suffix={t('homePage.choices.daysSuffix')}
                autoComplete="off"
                inputMode="numeric"
                value={values.slippingDays}
                onChange={(slippingDays) => onChange({ slippingDays })}
                error={problems.slippingDays ? t('homePage.choices.problem.days') : false}
              />
            </FormLayout.Group>
            <Text as="p" tone="subdued">
              {t('homePage.choices.targets')}
            </Text>
            <FormLayout.Group>
              {GOALS.map((goal) => (
                <TextField
                  key={goal}
                  label={t(`homePage.choices.${goal}`)}
                  autoComplete="off"
                  inputMode={unitOf(goal) === 'money' ? 'decimal' : 'numeric'}
                  suffix={unitOf(goal) === 'share' ? '%' : undefined}
                  value={values[goal]}
                  onChange={(value) => onChange({ [goal]: value })}
                  error={problems[goal] ? t(`homePage.choices.problem.${unitOf(goal)}`, { example }) : false}
                />
              ))}
            </FormLayout.Group>
            <Checkbox
              label={t('homePage.choices.guide')}
              checked={values.guideShown}
              onChange={(guideShown) => onChange({ guideShown })}
            />
          </FormLayout>
        </BlockStack>
      </Card>
    </fieldset>
  );
}

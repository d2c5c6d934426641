import { BlockStack, Card, Checkbox, FormLayout, Text, TextField } from '@shopify/polaris';
import { useTranslation } from 'react-i18next';
import type { Dimension } from '#app/rfm/ranges.ts';

/** Cut points of one dimension as people type them: where the scores 2, 3, 4 and 5 begin. */
export type OwnField = { on: boolean; at: [string, string, string, string] };
export type OwnFields = Record<Dimension, OwnField>;

type OwnCutPointsProps = {
  fields: OwnFields;
  onChange: (fields: OwnFields) => void;
  /** What money is in, null before it is known. */
  currency: string | null;
  /** The dimensions whose numbers cannot be scored by. */
  problems: readonly Dimension[];
};

const DIMENSIONS = ['r', 'f', 'm'] as const;
const LETTERS = { r: 'R', f: 'F', m: 'M' } as const;

/** Cut points of the merchant's own, dimension by dimension; where there are none, customers are ranked. */
export function OwnCutPointsCard({ fields, onChange, currency, problems }: OwnCutPointsProps) {
  const { t } = useTranslation();
  return (
    <Card>
      <BlockStack gap="300">
        <Text as="h2" variant="headingMd">
          {t('ownCutPoints.title')}
        </Text>
        <Text as="p">{t('ownCutPoints.what')}</Text>
        {DIMENSIONS.map((dimension) => (
          <DimensionFields
            key={dimension}
            dimension={dimension}
            field={fields[dimension]}
            onChange={(field) => onChange({ ...fields, [dimension]: field })}
            currency={currency}
            wrong={problems.includes(dimension)}
          />
        ))}
      </BlockStack>
    </Card>
  );
}

type DimensionFieldsProps = {
  dimension: Dimension;
  field: OwnField;
  onChange: (field: OwnField) => void;
  currency: string | null;
  wrong: boolean;
};

function DimensionFields({ dimension, field, onChange, currency, wrong }: DimensionFieldsProps) {
  const { t } = useTranslation();
  return (
    <BlockStack gap="200">
      <Checkbox
        label={t(`ownCutPoints.${dimension}.label`)}
        checked={field.on}
        onChange={(on) => onChange({ ...field, on })}
      />
      {field.on && (
        <>
          <FormLayout>
            <FormLayout.Group condensed>
              {field.at.map((text, place) => {
                const score = `${LETTERS[dimension]}${place + 2}`;
                return (
                  <TextField
                    key={score}
                    label={t(`ownCutPoints.${dimension}.bound`, { score, currency })}
                    type="number"
                    autoComplete="off"
                    value={text}
                    onChange={(value) => onChange({ ...field, at: replaced(field.at, place, value) })}
                    error={wrong && place === 0 ? t(`ownCutPoints.${dimension}.problem`) : wrong}
                  />
                );
              })}
            </FormLayout.Group>
          </FormLayout>
          <Text as="p" tone="subdued">
            {t(`ownCutPoints.${dimension}.rest`, { score: `${LETTERS[dimension]}1` })}
          </Text>
        </>
      )}
    </BlockStack>
  );
}

function replaced(at: OwnField['at'], place: number, value: string): OwnField['at'] {
  return at.map((before, i) => (i === place ? value : before)) as OwnField['at'];
}

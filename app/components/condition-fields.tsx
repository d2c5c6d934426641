import { BlockStack, InlineGrid, Select, Text, TextField } from '@shopify/polaris';
import { useTranslation } from 'react-i18next';
import { CHOICES, LIMITS, RANGES, type ChoiceKind, type RangeKind } from '#app/rfm/conditions.ts';
import type { Problem } from '#app/rfm/parse-conditions.ts';
import { hasOwnValues, type ConditionDraft } from './condition-drafts.ts';
import { useConditionWords } from './use-condition-words.ts';
import { useOfferedValues } from './use-offered-values.ts';
import { ValuePicker } from './value-picker.tsx';

/** What the fields of conditions need to know of the shop. */
export type BuilderShop = {
  /** ISO 4217 */
  currency: string;
  /** Titles of products by their numbers, of those that conditions name. */
  titles: Readonly<Record<string, string>>;
  /** Whether there is a purchase cycle to go by, and a usual gap. */
  hasCycle: boolean;
  hasUsualGap: boolean;
};

type FieldsProps = {
  draft: ConditionDraft;
  onChange: (patch: Partial<ConditionDraft>) => void;
  shop: BuilderShop;
  /** What is wrong with it, once that is to be shown. */
  problem: Problem['problem'] | null;
};

/** The fields of one condition. */
export function ConditionFields(props: FieldsProps) {
  const { what } = props.draft;
  if (what in RANGES) return <RangeFields {...props} what={what as RangeKind} />;
  if (what in CHOICES) return <ChoiceFields {...props} what={what as ChoiceKind} />;
  return <MovedFields {...props} />;
}

function useProblemText(problem: FieldsProps['problem']): string | undefined {
  const { t } = useTranslation();
  return problem === null ? undefined : t(`builder.problem.${problem}`);
}

function RangeFields({ draft, onChange, shop, problem, what }: FieldsProps & { what: RangeKind }) {
  const { t } = useTranslation();
  const error = useProblemText(problem);
  const ends = [
    ['from', t('builder.from')],
    ['to', t('builder.to')],
  ] as const;
  const isScore = what === 'r' || what === 'f' || what === 'm';
  const isDue = what === 'due-in' || what === 'overdue';
  return (
    <BlockStack gap="100">
      <InlineGrid columns={2} gap="200">
        {ends.map(([end, label]) => (
          <TextField
            key={end}
            label={label}
            autoComplete="off"
            inputMode={what === 'spent' ? 'decimal' : 'numeric'}
            value={draft[end]}
            onChange={(text) => onChange({ [end]: text })}
            {...(what === 'spent' ? { suffix: shop.currency } : {})}
            {...(what === 'last-order' || what === 'first-order' ? { suffix: t('builder.daysAgo') } : {})}
            {...(isDue ? { suffix: t('builder.daysNumber') } : {})}
            {...(error === undefined ? {} : { error: end === 'from' ? error : true })}
          />
        ))}
      </InlineGrid>
      {isScore && (
        <Text as="p" tone="subdued">
          {t('builder.scoreHelp')}
        </Text>
      )}
      {isDue && (
        <Text as="p" tone="subdued">
          {t(shop.hasUsualGap ? 'builder.dueHelp' : 'builder.noUsualGap')}
        </Text>
      )}
    </BlockStack>
  );
}

function ChoiceFields({ draft, onChange, shop, problem, what }: FieldsProps & { what: ChoiceKind }) {
  const { t } = useTranslation();
  const error = useProblemText(problem);
  const own = hasOwnValues(what);
  const { offered, nameOf: foundName, ask, loading } = useOfferedValues(own ? what : null);
  const words = useConditionWords(shop.titles);
  const nameOf = (value: string): string =>
    (what === 'product' ? foundName(value) : undefined) ?? words.nameOf(what, value);
  const named = offered.map(({ value, label }) => ({
    value,
    label: what === 'product' ? label : words.nameOf(what, value),
  }));
  return (
    <BlockStack gap="200">
      <Select
        label={t('builder.whether')}
        labelHidden
        options={[
          { value: 'is', label: t('builder.isOneOf') },
          { value: 'not', label: t('builder.isNoneOf') },
        ]}
        value={draft.not ? 'not' : 'is'}
        onChange={(chosen) => onChange({ not: chosen === 'not' })}
      />
      <ValuePicker
        label={t(`builder.what.${what}`)}
        chosen={draft.is}
        onChange={(is) => onChange({ is })}
        offered={own ? named : words.valuesOf(what)}
        nameOf={nameOf}
        // Channels have names of ours, by which the shop cannot look for them; there are few.
        {...(own ? { onType: (text: string) => ask(what === 'channel' ? '' : text), loading } : {})}
        error={error}
      />
      {what === 'cycle' && !shop.hasCycle && (
        <Text as="p" tone="subdued">
          {t('builder.noCycle')}
        </Text>
      )}
      {(what === 'first-source' || what === 'last-source') && (
        <Text as="p" tone="subdued">
          {t('builder.sourceHelp')}
        </Text>
      )}
    </BlockStack>
  );
}

function MovedFields({ draft, onChange, shop, problem }: FieldsProps) {
  const { t } = useTranslation();
  const error = useProblemText(problem);
  const { segmentName, segmentValues } = useConditionWords(shop.titles);
  const wrong = error === undefined ? {} : { error };
  return (
    <BlockStack gap="200">
      <InlineGrid columns={2} gap="200">
        <Select
          label={t('builder.movedWhen')}
          options={[
            { value: 'days', label: t('builder.lastDays') },
            { value: 'since', label: t('builder.sinceDay') },
          ]}
          value={draft.when}
          onChange={(when) => onChange({ when: when === 'since' ? 'since' : 'days' })}
        />
        {draft.when === 'days' ? (
          <TextField
            label={t('builder.days')}
            type="number"
            min={1}
            max={LIMITS.movedDays}
            autoComplete="off"
            value={draft.days}
            onChange={(days) => onChange({ days })}
            {...wrong}
          />
        ) : (
          <TextField
            label={t('builder.day')}
            type="date"
            autoComplete="off"
            value={draft.since}
            onChange={(since) => onChange({ since })}
            {...wrong}
          />
        )}
      </InlineGrid>
      <InlineGrid columns={{ xs: 1, sm: 2 }} gap="200">
        <ValuePicker
          label={t('builder.movedFrom')}
          chosen={draft.before}
          onChange={(before) => onChange({ before })}
          offered={segmentValues}
          nameOf={segmentName}
        />
        <ValuePicker
          label={t('builder.movedTo')}
          chosen={draft.after}
          onChange={(after) => onChange({ after })}
          offered={segmentValues}
          nameOf={segmentName}
        />
      </InlineGrid>
    </BlockStack>
  );
}

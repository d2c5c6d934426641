import { BlockStack, Box, Button, InlineStack, Select, Text } from '@shopify/polaris';
import { useTranslation } from 'react-i18next';
import { KINDS, LIMITS, type Kind, type Tree } from '#app/rfm/conditions.ts';
import type { Problem } from '#app/rfm/parse-conditions.ts';
import { Arrived } from './arrived.tsx';
import { ConditionFields, type BuilderShop } from './condition-fields.tsx';
import {
  emptyCondition,
  freeKey,
  isGroupDraft,
  type ConditionDraft,
  type GroupDraft,
  type TreeDraft,
} from './condition-drafts.ts';

type EditorProps = {
  draft: TreeDraft;
  onChange: (draft: TreeDraft) => void;
  shop: BuilderShop;
  /** What is wrong, by place; empty until that is to be shown. */
  problems: Problem[];
};

/** The conditions of a segment, and groups of them one level deep. */
export function ConditionsEditor({ draft, onChange, shop, problems }: EditorProps) {
  const { t } = useTranslation();
  const { match, parts } = draft;
  const replace = (place: number, part: ConditionDraft | GroupDraft | null): void =>
    onChange({
      ...draft,
      parts: parts.flatMap((one, at) => (at === place ? (part === null ? [] : [part]) : [one])),
    });
  const add = (part: ConditionDraft | GroupDraft): void => onChange({ ...draft, parts: [...parts, part] });
  const key = freeKey(draft);
  const count = parts.reduce((sum, part) => sum + (isGroupDraft(part) ? part.parts.length : 1), 0);
  const full = parts.length >= LIMITS.parts || count >= LIMITS.conditions;
  const problemAt = (...at: number[]): Problem['problem'] | null =>
    problems.find((one) => one.at.join() === at.join())?.problem ?? null;
  const number = (...at: number[]): string => at.map((one) => one + 1).join('.');
  return (
    <Arrived after={parts.length + count}>
      {parts.length > 1 && (
        <MatchField
          label={t('builder.match')}
          match={match}
          onChange={(chosen) => onChange({ ...draft, match: chosen })}
        />
      )}
      {parts.map((part, place) => (
        <Framed key={part.key}>
          {isGroupDraft(part) ? (
            <BlockStack gap="300">
              <InlineStack align="space-between" blockAlign="end" gap="200">
                <MatchField
                  label={t('builder.groupMatch', { number: number(place) })}
                  match={part.match}
                  onChange={(chosen) => replace(place, { ...part, match: chosen })}
                />
                <Button variant="tertiary" onClick={() => replace(place, null)}>
                  {t('builder.removeGroup', { number: number(place) })}
                </Button>
              </InlineStack>
              {problemAt(place) !== null && <Wrong problem={problemAt(place)!} />}
              {part.parts.map((inner, at) => (
                <Framed key={inner.key}>
                  <ConditionRow
                    draft={inner}
                    number={number(place, at)}
                    shop={shop}
                    problem={problemAt(place, at)}
                    onChange={(patch) =>
                      replace(place, {
                        ...part,
                        parts: part.parts.map((one) => (one.key === inner.key ? { ...one, ...patch } : one)),
                      })
                    }
                    onRemove={() =>
                      replace(place, { ...part, parts: part.parts.filter((one) => one.key !== inner.key) })
                    }
                  />
                </Framed>
              ))}
              {!full && part.parts.length < LIMITS.parts && (
                <InlineStack>
                  <Button
                    onClick={() =>
                      replace(place, { ...part, parts: [...part.parts, emptyCondition(key, 'segment')] })
                    }
                  >
                    {t('builder.addToGroup', { number: number(place) })}
                  </Button>
                </InlineStack>
              )}
            </BlockStack>
          ) : (
            <ConditionRow
              draft={part}
              number={number(place)}
              shop={shop}
              problem={problemAt(place)}
              onChange={(patch) => replace(place, { ...part, ...patch })}
              onRemove={() => replace(place, null)}
            />
          )}
        </Framed>
      ))}
      {problemAt() !== null && <Wrong problem={problemAt()!} />}
      {full ? (
        <Text as="p" tone="subdued">
          {t('builder.full', { conditions: LIMITS.conditions, parts: LIMITS.parts })}
        </Text>
      ) : (
        <InlineStack gap="200">
          <Button onClick={() => add(emptyCondition(key, 'segment'))}>{t('builder.add')}</Button>
          <Button
            onClick={() =>
              add({
                key,
                match: match === 'all' ? 'any' : 'all',
                parts: [emptyCondition(key + 1, 'segment')],
              })
            }
          >
            {t('builder.addGroup')}
          </Button>
        </InlineStack>
      )}
    </Arrived>
  );
}

function Framed({ children }: { children: React.ReactNode }) {
  return (
    <Box padding="300" borderWidth="025" borderColor="border" borderRadius="200">
      {children}
    </Box>
  );
}

function Wrong({ problem }: { problem: Problem['problem'] }) {
  const { t } = useTranslation();
  return (
    <Text as="p" tone="critical">
      {t(`builder.problem.${problem}`)}
    </Text>
  );
}

function MatchField({
  label,
  match,
  onChange,
}: {
  label: string;
  match: Tree['match'];
  onChange: (match: Tree['match']) => void;
}) {
  const { t } = useTranslation();
  return (
    <Select
      label={label}
      options={[
        { value: 'all', label: t('builder.all') },
        { value: 'any', label: t('builder.any') },
      ]}
      value={match}
      onChange={(chosen) => onChange(chosen === 'any' ? 'any' : 'all')}
    />
  );
}

type RowProps = {
  draft: ConditionDraft;
  /** Its place in words: 2, 3.1. */
  number: string;
  shop: BuilderShop;
  problem: Problem['problem'] | null;
  onChange: (patch: Partial<ConditionDraft>) => void;
  onRemove: () => void;
};

function ConditionRow({ draft, number, shop, problem, onChange, onRemove }: RowProps) {
  const { t } = useTranslation();
  return (
    <fieldset className="rk-fields" aria-label={t('builder.condition', { number })}>
      <div className="rk-condition">
        <Select
          label={t('builder.about')}
          options={KINDS.map((kind) => ({ value: kind, label: t(`builder.what.${kind}`) }))}
          value={draft.what}
          onChange={(what) => onChange(emptyCondition(draft.key, what as Kind))}
        />
        <ConditionFields draft={draft} onChange={onChange} shop={shop} problem={problem} />
        <div className="rk-condition-remove">
          <Button
            variant="tertiary"
            accessibilityLabel={t('builder.removeNumber', { number })}
            onClick={onRemove}
          >
            {t('builder.remove')}
          </Button>
        </div>
      </div>
    </fieldset>
  );
}

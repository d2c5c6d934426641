import { BlockStack, Button, ButtonGroup, InlineStack, Select, TextField } from '@shopify/polaris';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { formatDay, type Day } from '#app/rfm/calendar.ts';
import { usePersonName } from './use-person-name.ts';

/** What can be noted about a customer. */
export type CareWhat = 'assigned' | 'later' | 'contacted' | 'note';

/** What came of noting something. */
export type CareAnswer =
  | {
      result: 'saved';
      what: CareWhat;
      /** Customers for whom it stands now, and those who are no longer in the shop. */
      saved: number;
      gone: number;
      /** Where somebody else had set the same while the page was open. */
      over: { customerId: number; by: number }[];
    }
  | { result: 'invalid'; what: CareWhat; problem: 'date' | 'long' };

/** The longest note in characters, and how far ahead a customer can be put off, in days. */
export const CARE_LIMITS = { note: 500, laterDays: 730 } as const;

type FieldsProps = {
  /** What is stored now. */
  initial: string;
  busy: boolean;
  problem: 'date' | 'long' | null;
  onSave: (value: string) => void;
  /** A further button, beside Save. */
  beside?: ReactNode;
};

/** To whom customers are assigned. */
export function AssignFields({
  initial,
  busy,
  onSave,
  beside,
  people,
  you,
}: Omit<FieldsProps, 'problem'> & { people: number[]; you: number }) {
  const { t } = useTranslation();
  const name = usePersonName(you);
  const [value, setValue] = useState(initial);
  const known = people.map(String);
  // Somebody who worked here before the app was last installed may still have customers.
  const all = initial === '' || known.includes(initial) ? known : [...known, initial];
  return (
    <BlockStack gap="200">
      <Select
        label={t('care.assignTo')}
        options={[
          { value: '', label: t('atRisk.nobody') },
          ...all.map((id) => ({ value: id, label: name(Number(id)), disabled: !known.includes(id) })),
        ]}
        value={value}
        onChange={setValue}
      />
      <Buttons text={t('care.assign')} busy={busy} onSave={() => onSave(value)} beside={beside} />
    </BlockStack>
  );
}

/** Until when customers are put off. */
export function LaterFields({ initial, busy, problem, onSave, beside, today }: FieldsProps & { today: Day }) {
  const { t } = useTranslation();
  const [value, setValue] = useState(initial);
  const [missing, setMissing] = useState(false);
  const wrong = missing && value === '' ? 'date' : problem;
  const save = () => {
    setMissing(value === '');
    if (value !== '') onSave(value);
  };
  return (
    <BlockStack gap="200">
      <TextField
        type="date"
        label={t('care.laterUntil')}
        helpText={t('care.laterHelp')}
        autoComplete="off"
        min={formatDay(today + 1)}
        max={formatDay(today + CARE_LIMITS.laterDays)}
        value={value}
        onChange={setValue}
        {...(wrong === null ? {} : { error: t(`care.problem.${wrong}`) })}
      />
      <Buttons text={t('care.later')} busy={busy} onSave={save} beside={beside} />
    </BlockStack>
  );
}

/** The note about customers. @param onBegin runs with each change of the text */
export function NoteFields({
  initial,
  busy,
  problem,
  onSave,
  beside,
  onBegin,
}: FieldsProps & { onBegin?: () => void }) {
  const { t } = useTranslation();
  // What was typed stays while other things are saved, and while somebody else writes a note.
  const [typed, setTyped] = useState<string | null>(null);
  const value = typed ?? initial;
  return (
    <BlockStack gap="200">
      <TextField
        label={t('care.note')}
        helpText={t('care.noteHelp')}
        autoComplete="off"
        multiline={3}
        maxLength={CARE_LIMITS.note}
        showCharacterCount
        value={value}
        onChange={(text) => {
          setTyped(text);
          onBegin?.();
        }}
        {...(problem === null ? {} : { error: t(`care.problem.${problem}`) })}
      />
      <Buttons text={t('care.noteSave')} busy={busy} onSave={() => onSave(value)} beside={beside} />
    </BlockStack>
  );
}

function Buttons({
  text,
  busy,
  onSave,
  beside,
}: {
  text: string;
  busy: boolean;
  onSave: () => void;
  beside: ReactNode;
}) {
  return (
    <InlineStack>
      <ButtonGroup>
        <Button loading={busy} onClick={onSave}>
          {text}
        </Button>
        {beside}
      </ButtonGroup>
    </InlineStack>
  );
}

import { BlockStack, Button, Card, Text } from '@shopify/polaris';
import { useCallback, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '#app/i18n/format.tsx';
import { formatDay, type Day } from '#app/rfm/calendar.ts';
import { AssignFields, LaterFields, NoteFields, type CareWhat } from './care-fields.tsx';
import { CareOutcome } from './care-outcome.tsx';
import { useCare } from './use-care.ts';
import { usePersonName } from './use-person-name.ts';

/** What staff noted about a customer; people are Shopify's user ids. */
type Care = {
  version: number;
  assignedTo: number | null;
  laterUntil: Day | null;
  laterBy: number | null;
  contactedOn: Day | null;
  contactedBy: number | null;
  note: string | null;
  noteBy: number | null;
  noteAt: number | null;
};

type CareCardProps = { customerId: number; care: Care; people: number[]; you: number; today: Day };

/** What staff noted about the customer, to be read and changed. */
export function CareCard({ customerId, care, people, you, today }: CareCardProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const name = usePersonName(you, true);
  // The version that was shown when somebody began to change the note, and how often they saved one.
  const [begunAt, setBegunAt] = useState<number | null>(null);
  const [notes, setNotes] = useState(0);
  const noteSaved = useCallback((what: CareWhat) => {
    if (what !== 'note') return;
    setBegunAt(null);
    setNotes((before) => before + 1);
  }, []);
  const { answer, busy, problemOf, save } = useCare(noteSaved);
  const { version, assignedTo, contactedOn, contactedBy, note, noteBy, noteAt } = care;
  // On its day a customer is back, and nothing is put off any more.
  const laterUntil = care.laterUntil !== null && care.laterUntil > today ? care.laterUntil : null;
  const seen = [{ customerId, version }];
  const noteTold = note !== null && noteBy !== null && noteAt !== null;
  return (
    <Card>
      <BlockStack gap="400">
        <Text as="h2" variant="headingMd">
          {t('care.title')}
        </Text>
        <CareOutcome answer={answer} you={you} />
        <BlockStack gap="200">
          <NoteFields
            key={notes}
            initial={note ?? ''}
            onBegin={() => setBegunAt((before) => before ?? version)}
            busy={busy}
            problem={problemOf('note')}
            onSave={(value) => save('note', value, [{ customerId, version: begunAt ?? version }])}
          />
          {noteTold && (
            <Text as="p" tone="subdued">
              {t('care.noteNow', {
                who: name(noteBy),
                day: format.dayOf(noteAt),
                time: format.time(noteAt),
              })}
            </Text>
          )}
        </BlockStack>
        <AssignFields
          key={`assigned ${assignedTo ?? ''}`}
          initial={String(assignedTo ?? '')}
          busy={busy}
          onSave={(value) => save('assigned', value, seen)}
          people={people}
          you={you}
        />
        <BlockStack gap="200">
          <LaterFields
            key={`later ${laterUntil ?? ''}`}
            initial={laterUntil === null ? '' : formatDay(laterUntil)}
            busy={busy}
            problem={problemOf('later')}
            onSave={(value) => save('later', value, seen)}
            today={today}
            {...(laterUntil === null
              ? {}
              : { beside: <Button onClick={() => save('later', '', seen)}>{t('care.back')}</Button> })}
          />
          {laterUntil !== null && care.laterBy !== null && (
            <Text as="p" tone="subdued">
              {t('care.laterNow', { day: format.day(laterUntil), who: name(care.laterBy) })}
            </Text>
          )}
        </BlockStack>
        <BlockStack gap="200" inlineAlign="start">
          <Text as="p">
            {contactedOn === null || contactedBy === null
              ? t('care.contactedNever')
              : t('care.contactedNow', { day: format.day(contactedOn), who: name(contactedBy) })}
          </Text>
          {contactedOn !== today && (
            <Button loading={busy} onClick={() => save('contacted', 'today', seen)}>
              {t('care.contacted')}
            </Button>
          )}
          {contactedOn !== null && (
            <Button loading={busy} onClick={() => save('contacted', '', seen)}>
              {t('care.contactedNot')}
            </Button>
          )}
        </BlockStack>
      </BlockStack>
    </Card>
  );
}

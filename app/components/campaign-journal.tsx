import { BlockStack, Card, Text } from '@shopify/polaris';
import { useTranslation } from 'react-i18next';
import { useFormat } from '#app/i18n/format.tsx';
import { pauseWords } from './campaign-paused.tsx';
import { usePersonName } from './use-person-name.ts';

type Entry = {
  id: number;
  /** epoch milliseconds */
  at: number;
  by: number | null;
  what: string;
  detail: Record<string, string | number>;
};

/** What is noted of a campaign, in the words the page has for it. */
const EVENTS = [
  'made',
  'changed',
  'schedule',
  'unschedule',
  'launch',
  'drawn',
  'joined',
  'pause',
  'resume',
  'stop',
  'finish',
  'approved',
  'skipped',
  'later',
  'assigned',
  'edited',
  'restated',
  'alarm',
] as const;

/** What the app found and only tells of. */
const ALARMS = ['leak', 'stacking', 'end-refused', 'discount-gone', 'discount-changed'] as const;

/** What people and the app did with a campaign, the newest first. */
export function CampaignJournal({ entries, you }: { entries: readonly Entry[]; you: number }) {
  const { t } = useTranslation();
  const format = useFormat();
  const personName = usePersonName(you);
  const said = ({ what, detail }: Entry): string => {
    const known = EVENTS.find((one) => one === what);
    if (known === undefined) return t('campaigns.event.other', { what });
    if (known === 'schedule' && typeof detail['startAt'] === 'number') {
      const { startAt } = detail;
      return t('campaigns.event.scheduleAt', { day: format.dayOf(startAt), time: format.time(startAt) });
    }
    const { reason } = detail;
    if (typeof reason === 'string' && known === 'pause')
      return t(`campaigns.paused.title.${pauseWords(reason)}`);
    if (known === 'alarm') {
      const why = ALARMS.find((one) => one === reason) ?? 'other';
      return t('campaigns.event.alarm', { why: t(`campaigns.alarm.${why}`) });
    }
    const numbers = Object.fromEntries(
      Object.entries(detail).map(([name, value]) => [
        name,
        typeof value === 'number' ? format.count(value) : value,
      ]),
    );
    return t(`campaigns.event.${known}`, {
      version: '',
      asked: '',
      treated: '',
      heldOut: '',
      joined: '',
      again: '',
      customers: '',
      ...numbers,
    });
  };
  return (
    <Card>
      <BlockStack gap="300">
        <Text as="h2" variant="headingMd">
          {t('campaigns.journal')}
        </Text>
        <ul className="rk-rows">
          {entries.map((entry) => (
            <li key={entry.id}>
              <Text as="p">{said(entry)}</Text>
              <Text as="p" tone="subdued">
                {`${t('journal.instant', { day: format.dayOf(entry.at), time: format.time(entry.at) })} · ${
                  entry.by === null ? t('app.name') : personName(entry.by)
                }`}
              </Text>
            </li>
          ))}
        </ul>
      </BlockStack>
    </Card>
  );
}

import {
  BlockStack,
  Button,
  ButtonGroup,
  Card,
  InlineGrid,
  InlineStack,
  Select,
  Text,
  TextField,
} from '@shopify/polaris';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { legalMoves, type CampaignMove, type CampaignState } from '#app/campaigns/states.ts';
import { formatDay, type Day } from '#app/rfm/calendar.ts';
import { Arrived } from './arrived.tsx';

/** What people do with a campaign from its page. */
export type CampaignAct = Exclude<CampaignMove, 'finish'> | 'delete';

/** What came of it. */
export type ActAnswer =
  | { result: 'done'; act: CampaignAct }
  | { result: 'deleted' }
  | { result: 'invalid' }
  /** 'no-sender': e-mail, and no sender is verified */
  | { result: 'gone' | 'changed-elsewhere' | 'not-now' | 'too-many' | 'no-margin' | 'no-sender' };

type MovesProps = {
  state: CampaignState;
  today: Day;
  busy: boolean;
  answer: ActAnswer | undefined;
  onAct: (act: CampaignAct, at?: { day: string; hour: string }) => void;
};

const HOURS = Array.from({ length: 24 }, (_, hour) => String(hour));
/** What is done only after it was said what it does. */
const TO_CONFIRM: ReadonlySet<CampaignAct> = new Set(['launch', 'schedule', 'stop', 'delete']);
const TONES: Partial<Record<CampaignAct, 'critical'>> = { stop: 'critical', delete: 'critical' };

/** What can be done with a campaign where it stands, each with what it will do. */
export function CampaignMoves({ state, today, busy, answer, onAct }: MovesProps) {
  const { t } = useTranslation();
  // What was asked for belongs to the answer it was asked for after: a newer "done" ends it.
  const [asked, setAsked] = useState<{ act: CampaignAct; after: ActAnswer | undefined } | null>(null);
  const over = answer?.result === 'done' && asked?.after !== answer;
  const asking = over ? null : (asked?.act ?? null);
  const acts: CampaignAct[] = [
    ...(['launch', 'schedule', 'unschedule', 'resume', 'pause', 'stop'] as const).filter((move) =>
      legalMoves(state).includes(move),
    ),
    ...(state === 'draft' ? (['delete'] as const) : []),
  ];
  const panel = useRef<HTMLElement>(null);
  useEffect(() => {
    if (asking !== null) panel.current?.querySelector<HTMLElement>('input, button')?.focus();
  }, [asking]);
  if (acts.length === 0) return null;
  return (
    <Card>
      <BlockStack gap="300">
        <Text as="h2" variant="headingMd">
          {t('campaigns.act.title')}
        </Text>
        <Arrived after={asking === null}>
          {asking === null ? (
            <InlineStack gap="200">
              {acts.map((act) => (
                <Button
                  key={act}
                  variant={act === 'launch' || act === 'resume' ? 'primary' : 'secondary'}
                  {...(TONES[act] === undefined ? {} : { tone: TONES[act] })}
                  disabled={busy}
                  onClick={() => (TO_CONFIRM.has(act) ? setAsked({ act, after: answer }) : onAct(act))}
                >
                  {t(`campaigns.act.do.${act}`)}
                </Button>
              ))}
            </InlineStack>
          ) : (
            <section ref={panel} aria-label={t(`campaigns.act.do.${asking}`)}>
              <Confirm
                // What was asked for decides what is shown.
                key={asking}
                act={asking}
                today={today}
                busy={busy}
                invalid={answer?.result === 'invalid'}
                onAct={onAct}
                onCancel={() => setAsked(null)}
              />
            </section>
          )}
        </Arrived>
      </BlockStack>
    </Card>
  );
}

function Confirm({
  act,
  today,
  busy,
  invalid,
  onAct,
  onCancel,
}: Pick<MovesProps, 'today' | 'busy' | 'onAct'> & {
  act: CampaignAct;
  invalid: boolean;
  onCancel: () => void;
}) {
  const { t } = useTranslation();
  const [day, setDay] = useState(formatDay(today + 1));
  const [hour, setHour] = useState('9');
  return (
    <BlockStack gap="300">
      <Text as="p">{t(`campaigns.act.what.${act as 'launch' | 'schedule' | 'stop' | 'delete'}`)}</Text>
      {act === 'schedule' && (
        <InlineGrid columns={{ xs: 1, sm: 2 }} gap="300">
          <TextField
            type="date"
            label={t('campaigns.act.day')}
            helpText={t('campaigns.act.zone')}
            autoComplete="off"
            min={formatDay(today)}
            max={formatDay(today + 365)}
            value={day}
            onChange={setDay}
            {...(invalid ? { error: t('campaigns.act.invalid') } : {})}
          />
          <Select
            label={t('campaigns.act.hour')}
            options={HOURS.map((value) => ({ value, label: `${value.padStart(2, '0')}:00` }))}
            value={hour}
            onChange={setHour}
          />
        </InlineGrid>
      )}
      <ButtonGroup>
        <Button
          variant="primary"
          loading={busy}
          {...(TONES[act] === undefined ? {} : { tone: TONES[act] })}
          onClick={() => onAct(act, act === 'schedule' ? { day, hour } : undefined)}
        >
          {t(`campaigns.act.yes.${act as 'launch' | 'schedule' | 'stop' | 'delete'}`)}
        </Button>
        <Button onClick={onCancel}>{t('cancel')}</Button>
      </ButtonGroup>
    </BlockStack>
  );
}

import {
  BlockStack,
  Button,
  ButtonGroup,
  Card,
  ChoiceList,
  InlineStack,
  Text,
  TextField,
} from '@shopify/polaris';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { PLAN_LIMITS } from '#app/campaigns/plan.ts';
import { SKIP_REASONS, type SkipReason } from '#app/campaigns/skip-reasons.ts';
import { useFormat } from '#app/i18n/format.tsx';
import { formatDay, type Day } from '#app/rfm/calendar.ts';
import type { QueuedOffer } from './campaign-queue-table.tsx';
import { AssignFields, LaterFields } from './care-fields.tsx';
import { MessagePreview } from './message-preview.tsx';
import { inCommon } from './in-common.ts';

/** What is decided after it was asked how. */
export type AskedDecision = 'skip' | 'later' | 'assign' | 'edit';

type PanelProps = {
  what: AskedDecision;
  offers: readonly QueuedOffer[];
  people: number[];
  you: number;
  today: Day;
  shopName: string;
  /** The customer's name, once it is known. */
  nameOf: (customerId: number) => string | null;
  busy: boolean;
  problem: 'date' | 'message' | null;
  onSave: (value: string, message?: { subject: string; body: string }) => void;
  onCancel: () => void;
};

/** Asks how the selected offers are decided, beginning with what they have in common. */
export function CampaignQueuePanel(props: PanelProps) {
  const { what, offers, people, you, today, busy, problem, onSave, onCancel } = props;
  const { t } = useTranslation();
  const format = useFormat();
  const panel = useRef<HTMLElement>(null);
  // Whoever asked for it goes on here, by keyboard too.
  useEffect(() => panel.current?.querySelector<HTMLElement>('select, input, textarea')?.focus(), []);
  const [only] = offers;
  const named =
    offers.length === 1
      ? t('customerNumber', { id: only?.customerId })
      : t('customers', { count: offers.length, n: format.count(offers.length) });
  const title = t(`campaigns.queue.panel.${what}`, { customers: named });
  const cancel = <Button onClick={onCancel}>{t('cancel')}</Button>;
  const shared = { busy, beside: cancel };
  return (
    <section ref={panel} aria-label={title}>
      <Card>
        <BlockStack gap="300">
          <Text as="h2" variant="headingMd">
            {title}
          </Text>
          {what === 'assign' && (
            <AssignFields
              {...shared}
              initial={inCommon(offers.map(({ assignedTo }) => String(assignedTo ?? '')))}
              people={people}
              you={you}
              onSave={onSave}
            />
          )}
          {what === 'later' && (
            <LaterFields
              {...shared}
              initial={inCommon(
                offers.map(({ laterUntil }) => (laterUntil === null ? '' : formatDay(laterUntil))),
              )}
              problem={problem === 'date' ? problem : null}
              today={today}
              onSave={onSave}
            />
          )}
          {what === 'skip' && <SkipFields busy={busy} onSave={onSave} onCancel={onCancel} />}
          {what === 'edit' && only !== undefined && <EditFields {...props} offer={only} />}
        </BlockStack>
      </Card>
    </section>
  );
}

function SkipFields({
  busy,
  onSave,
  onCancel,
}: {
  busy: boolean;
  onSave: (reason: string) => void;
  onCancel: () => void;
}) {
  const { t } = useTranslation();
  const [reason, setReason] = useState<SkipReason>(SKIP_REASONS[0]);
  return (
    <BlockStack gap="300">
      <Text as="p">{t('campaigns.queue.skipWhat')}</Text>
      <ChoiceList
        title={t('campaigns.queue.skipWhy')}
        choices={SKIP_REASONS.map((value) => ({ value, label: t(`campaigns.skip.${value}`) }))}
        selected={[reason]}
        onChange={([chosen]) => setReason(SKIP_REASONS.find((one) => one === chosen) ?? reason)}
      />
      <ButtonGroup>
        <Button loading={busy} onClick={() => onSave(reason)}>
          {t('campaigns.queue.skip')}
        </Button>
        <Button onClick={onCancel}>{t('cancel')}</Button>
      </ButtonGroup>
    </BlockStack>
  );
}

function EditFields({
  offer,
  busy,
  problem,
  shopName,
  nameOf,
  onSave,
  onCancel,
}: PanelProps & { offer: QueuedOffer }) {
  const { t } = useTranslation();
  const [subject, setSubject] = useState(offer.subject);
  const [body, setBody] = useState(offer.body);
  return (
    <BlockStack gap="300">
      <TextField
        label={t('campaigns.message.subject')}
        autoComplete="off"
        maxLength={PLAN_LIMITS.subject}
        value={subject}
        onChange={setSubject}
      />
      <TextField
        label={t('campaigns.message.body')}
        helpText={t('campaigns.message.help')}
        autoComplete="off"
        multiline={6}
        maxLength={PLAN_LIMITS.body}
        value={body}
        onChange={setBody}
        {...(problem === 'message' ? { error: t('campaigns.fault.template') } : {})}
      />
      <MessagePreview
        offer={offer}
        subject={subject}
        body={body}
        shopName={shopName}
        name={nameOf(offer.customerId)}
      />
      <InlineStack>
        <ButtonGroup>
          <Button loading={busy} onClick={() => onSave('', { subject, body })}>
            {t('campaigns.queue.saveMessage')}
          </Button>
          <Button onClick={onCancel}>{t('cancel')}</Button>
        </ButtonGroup>
      </InlineStack>
    </BlockStack>
  );
}

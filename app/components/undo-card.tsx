import { Form } from '@remix-run/react';
import { BlockStack, Button, Card, DataTable, InlineStack, Link, ProgressBar, Text } from '@shopify/polaris';
import { useId, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { durationText } from '#app/i18n/duration.ts';
import { useFormat } from '#app/i18n/format.tsx';
import type { UndoSums } from '#app/rfm/undo-plan.ts';
import { WRITE_KINDS } from '#app/rfm/write-plan.ts';
import { Arrived } from './arrived.tsx';

/** Why a write-back cannot be undone. */
export type UndoBarrier = 'old' | 'former-install' | 'open' | 'removing' | 'undoing' | 'nothing';

type State = 'planned' | 'sending' | 'stopping' | 'done' | 'stopped' | 'failed';

/** Where the undo of a write-back stands. Counts are single writes of the journal. */
export type UndoView = {
  underWay: null | { state: State; planned: number; done: number; kept: number; failed: number };
  barrier: UndoBarrier | null;
  /** The newest undo of it that ended. */
  last: null | { id: number; state: State; startedAt: number };
  /** Write-backs after it that wrote something. */
  later: number;
};

/** Offers to undo a write-back, says why it cannot be, or how far its undo is; `children` asks a manager and shows the plan. */
export function UndoCard({
  undo,
  here,
  manages,
  instant,
  refused,
  children,
}: {
  undo: UndoView;
  /** The address of the write-back. */
  here: string;
  manages: boolean;
  instant: (at: number) => string;
  /** The last click came too late. */
  refused: boolean;
  children: ReactNode;
}) {
  const { t } = useTranslation();
  const { underWay, barrier, last } = undo;
  if (underWay !== null) return <UnderWay progress={underWay} manages={manages} here={here} />;
  const ended = last?.state === 'done' || last?.state === 'stopped' ? last.state : 'failed';
  return (
    <Card>
      <BlockStack gap="300" inlineAlign="start">
        <Text as="h2" variant="headingMd">
          {t('undo.title')}
        </Text>
        {refused && (
          <Text as="p" tone="critical">
            {t('undo.notPossible')}
          </Text>
        )}
        {last !== null && (
          <Text as="p">
            {t(`undo.last.${ended}`, { at: instant(last.startedAt) })}{' '}
            <Link url={`/app/writes/${last.id}`}>{t('undo.see')}</Link>
          </Text>
        )}
        {barrier !== null && <Text as="p">{t(`undo.barrier.${barrier}`)}</Text>}
        {barrier === null &&
          (manages ? (
            children
          ) : (
            <>
              <Text as="p">{t('undo.what')}</Text>
              <Text as="p">{t('roles.ask')}</Text>
            </>
          ))}
      </BlockStack>
    </Card>
  );
}

/** The plan of an undo, to be confirmed. */
export function UndoPlan({
  plan,
  later,
  at,
  here,
  busy,
  onCancel,
}: {
  plan: UndoSums;
  later: number;
  /** When the write-back began, in words. */
  at: string;
  here: string;
  busy: boolean;
  onCancel: () => void;
}) {
  const { t } = useTranslation();
  const format = useFormat();
  const { customers, byKind, kept, unknown } = plan;
  const counted = (n: number) => ({ n: format.count(n), count: n });
  return (
    <Arrived>
      {customers === 0 ? (
        <Text as="p">{t('undo.plan.none')}</Text>
      ) : (
        <>
          <Text as="p">{t('undo.plan.customers', { ...counted(customers), at })}</Text>
          {later > 0 && <Text as="p">{t('undo.later', counted(later))}</Text>}
          <DataTable
            columnContentTypes={['text', 'numeric']}
            headings={[t('preview.what'), t('preview.count')]}
            rows={WRITE_KINDS.filter((kind) => byKind[kind] > 0).map((kind) => [
              t(`undo.kind.${kind}`),
              format.count(byKind[kind]),
            ])}
          />
          <Text as="p">
            {t('preview.cost', {
              points: format.count(plan.points),
              time: durationText(t, plan.seconds),
            })}
          </Text>
        </>
      )}
      {kept > 0 && <Text as="p">{t('undo.plan.kept', counted(kept))}</Text>}
      {unknown > 0 && <Text as="p">{t('undo.plan.unknown', counted(unknown))}</Text>}
      {customers > 0 && (
        <>
          <Text as="p">{t('undo.plan.checked')}</Text>
          <Text as="p" fontWeight="semibold">
            {t('undo.plan.paused')}
          </Text>
          <Form method="post" action={here}>
            <input type="hidden" name="intent" value="undo" />
            <InlineStack gap="200">
              <Button submit variant="primary" tone="critical" loading={busy}>
                {t('undo.confirm')}
              </Button>
              <Button onClick={onCancel} disabled={busy}>
                {t('cancel')}
              </Button>
            </InlineStack>
          </Form>
        </>
      )}
    </Arrived>
  );
}

function UnderWay({
  progress: { state, planned, done, kept, failed },
  manages,
  here,
}: {
  progress: NonNullable<UndoView['underWay']>;
  manages: boolean;
  here: string;
}) {
  const { t } = useTranslation();
  const format = useFormat();
  const label = useId();
  return (
    <Card>
      <Arrived>
        <Text as="h2" variant="headingMd">
          {t(`undo.state.${state}`)}
        </Text>
        <ProgressBar
          size="small"
          progress={planned === 0 ? 0 : ((done + kept + failed) / planned) * 100}
          ariaLabelledBy={label}
        />
        <Text as="p" id={label}>
          {t('undo.counts', { done: format.count(done), planned: format.count(planned) })}
        </Text>
        {kept > 0 && <Text as="p">{t('undo.kept', { n: format.count(kept), count: kept })}</Text>}
        {failed > 0 && (
          <Text as="p" tone="critical">
            {t('write.failed', { n: format.count(failed), count: failed })}
          </Text>
        )}
        <Text as="p" tone="subdued">
          {t('undo.leave')}
        </Text>
        {manages && state !== 'stopping' && (
          <Form method="post" action={here}>
            <input type="hidden" name="intent" value="stop" />
            <Button submit>{t('undo.stop')}</Button>
          </Form>
        )}
      </Arrived>
    </Card>
  );
}

import {
  BlockStack,
  Button,
  Card,
  InlineStack,
  Link,
  ProgressBar,
  SkeletonBodyText,
  Text,
} from '@shopify/polaris';
import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import { durationText } from '#app/i18n/duration.ts';
import { useFormat } from '#app/i18n/format.tsx';

/** The first write-back, waiting for the merchant's word. */
export type WritePlanView = {
  /** Customers whose tag or metafields would change. */
  customers: number;
  predictedSeconds: number;
  /** Why it is not offered by itself, null when it is. */
  caution: 'readiness' | 'limited-history' | null;
  /** The merchant said not now before. */
  postponed: boolean;
};

/** A write-back under way or ended. Counts are single writes of the journal. */
export type WriteProgress = {
  state: 'planned' | 'sending' | 'stopping' | 'done' | 'stopped' | 'failed';
  planned: number;
  done: number;
  failed: number;
  points: number;
  /** Why it ended early: 'missing-scope:…' or the error's own words; null while all is well. */
  problem: string | null;
  /** Of an undo: what was left, since somebody else had changed it. */
  kept: number;
  /** True when it takes everything of ours back. */
  cleanUp: boolean;
  /** True when it undoes an earlier one. */
  undo: boolean;
};

/** Holds the place of the question while the plan is made. */
export function WriteConsentSkeleton() {
  return (
    <Card>
      <SkeletonBodyText lines={5} />
    </Card>
  );
}

/** Asks before the first write: how much, how long, what may start because of it. */
export function WriteConsent({
  plan,
  busy,
  manages,
  onAnswer,
}: {
  plan: WritePlanView;
  busy: boolean;
  /** Others see what waits for an answer, and whom to ask. */
  manages: boolean;
  onAnswer: (answer: 'write' | 'not-now') => void;
}) {
  const { t } = useTranslation();
  const format = useFormat();
  if (plan.customers === 0) return null;
  const asks = manages && plan.caution === null && !plan.postponed;
  return (
    <Card>
      <BlockStack gap="300">
        <Text as="h2" variant="headingMd">
          {t(asks ? 'write.ask' : 'write.waiting', {
            n: format.count(plan.customers),
            count: plan.customers,
          })}
        </Text>
        {plan.caution && <Text as="p">{t(`write.caution.${plan.caution}`)}</Text>}
        <Text as="p">{t('write.about', { time: durationText(t, plan.predictedSeconds) })}</Text>
        {manages ? (
          <InlineStack gap="200">
            <Button variant={asks ? 'primary' : 'secondary'} loading={busy} onClick={() => onAnswer('write')}>
              {t('write.write')}
            </Button>
            <Button url="/app/preview">{t('write.preview')}</Button>
            {asks && (
              <Button disabled={busy} onClick={() => onAnswer('not-now')}>
                {t('write.notNow')}
              </Button>
            )}
          </InlineStack>
        ) : (
          <Text as="p">{t('roles.ask')}</Text>
        )}
      </BlockStack>
    </Card>
  );
}

/** The write-back while it runs, and what came of it. */
export function WriteBackProgress({ progress }: { progress: WriteProgress }) {
  const { t } = useTranslation();
  const format = useFormat();
  const label = useId();
  const { state, planned, done, failed, kept, undo, problem } = progress;
  const scope =
    problem?.startsWith('missing-scope:') === true ? problem.slice('missing-scope:'.length) : null;
  const ended = done + failed + kept;
  return (
    <Card>
      <BlockStack gap="300">
        <Text as="h2" variant="headingMd">
          {t(
            undo
              ? `undo.state.${state}`
              : progress.cleanUp
                ? `write.removing.${state}`
                : `write.state.${state}`,
          )}
        </Text>
        {(state === 'planned' || state === 'sending' || state === 'stopping') && (
          <ProgressBar
            size="small"
            progress={planned === 0 ? 0 : (ended / planned) * 100}
            ariaLabelledBy={label}
          />
        )}
        <Text as="p" id={label}>
          {t(undo ? 'undo.counts' : progress.cleanUp ? 'write.removed' : 'write.counts', {
            done: format.count(done),
            planned: format.count(planned),
          })}
        </Text>
        {kept > 0 && <Text as="p">{t('undo.kept', { n: format.count(kept), count: kept })}</Text>}
        {failed > 0 && (
          <Text as="p" tone="critical">
            {t('write.failed', { n: format.count(failed), count: failed })}
          </Text>
        )}
        {state === 'failed' && problem !== null && (
          <Text as="p" tone="critical">
            {scope === null
              ? t('write.problem.other', { problem })
              : t('write.problem.missing-scope', { scope })}
          </Text>
        )}
        {(state === 'failed' || state === 'stopped') && (
          <Text as="p">{t(undo ? 'undo.safe' : progress.cleanUp ? 'write.removingSafe' : 'write.safe')}</Text>
        )}
        {state === 'sending' && (
          <Text as="p" tone="subdued">
            {t(undo ? 'undo.leave' : progress.cleanUp ? 'write.removingLeave' : 'write.leave')}
          </Text>
        )}
        <Text as="p">
          <Link url="/app/writes">{t('journal.see')}</Link>
        </Text>
      </BlockStack>
    </Card>
  );
}

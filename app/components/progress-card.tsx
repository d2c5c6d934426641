import { BlockStack, Card, InlineStack, ProgressBar, Text } from '@shopify/polaris';
import { useTranslation } from 'react-i18next';
import { durationRange } from '#app/i18n/duration.ts';
import { useFormat } from '#app/i18n/format.tsx';

/** The four steps of an import, in order. */
export const IMPORT_STEPS = ['orders', 'details', 'customers', 'changes'] as const;
type ImportStep = (typeof IMPORT_STEPS)[number];

/** A running import as the page shows it. */
export type RunningImport = {
  phase: ImportStep;
  /** What holds it up, null while it goes on. */
  problem: string | null;
  /** Orders (or customers) read so far in this step. */
  done: number;
  /** What the shop has of them; null when Shopify's count is capped or not known yet. */
  expected: number | null;
  /** Seconds this step is likely to take yet, from and to; null while nothing can be said. */
  secondsLeft: readonly [number, number] | null;
};

/** The import while it runs: phase, counts, time left as a range. */
export function ProgressCard({ progress }: { progress: RunningImport }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { phase, problem, done, expected, secondsLeft } = progress;
  const part = expected === null || expected === 0 ? null : Math.min(1, done / expected);
  const counts =
    done === 0 && phase !== 'changes'
      ? t('import.waiting')
      : expected === null || phase === 'changes'
        ? t('import.soFar', { done: format.count(done) })
        : t('import.of', { done: format.count(Math.min(done, expected)), expected: format.count(expected) });
  const number = IMPORT_STEPS.indexOf(phase) + 1;
  return (
    <Card>
      <BlockStack gap="300">
        <InlineStack align="space-between" gap="200">
          <Text as="h2" variant="headingMd">
            {t('import.title')}
          </Text>
          <Text as="span" tone="subdued">
            {t('import.step', { step: number })}
          </Text>
        </InlineStack>
        <output>
          <Text as="span">{t(`import.phase.${phase}`)}</Text>
          {problem === 'waiting-for-place' && <Text as="p">{t('import.waitingForPlace')}</Text>}
        </output>
        <ProgressBar
          size="small"
          progress={((number - 1 + (part ?? 0)) / IMPORT_STEPS.length) * 100}
          ariaLabelledBy="import-counts"
        />
        <InlineStack align="space-between" gap="200">
          <Text as="span" id="import-counts">
            {counts}
          </Text>
          {secondsLeft && (
            <Text as="span" tone="subdued">
              {t('import.timeLeft', { range: durationRange(t, ...secondsLeft) })}
            </Text>
          )}
        </InlineStack>
        <Text as="p" tone="subdued">
          {t(phase === 'orders' ? 'import.leave' : 'import.leaveScored')}
        </Text>
      </BlockStack>
    </Card>
  );
}

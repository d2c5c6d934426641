import { BlockStack, Button, ProgressBar, Text } from '@shopify/polaris';
import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import { UndoPlan } from '#app/components/undo-card.tsx';
import { useFormat } from '#app/i18n/format.tsx';
import { useUndoPlan } from './use-undo-plan.ts';

/** Asks what undoing would do, says how far the count is, and shows the plan to be confirmed. */
export function UndoQuestion(props: { later: number; at: string; here: string; busy: boolean }) {
  const { t } = useTranslation();
  const format = useFormat();
  const label = useId();
  const { shown, ask, dismiss } = useUndoPlan(props.here);
  if (shown.at === 'done') return <UndoPlan {...props} plan={shown.result} onCancel={dismiss} />;
  if (shown.at === 'asked') {
    const { looked, of } = shown;
    return (
      <div className="rk-fill">
        <BlockStack gap="200">
          <output id={label}>{t('undo.counting')}</output>
          <ProgressBar size="small" progress={of ? (looked / of) * 100 : 0} ariaLabelledBy={label} />
          {of !== null && (
            <Text as="p" tone="subdued">
              {t('undo.looked', { n: format.count(looked), of: format.count(of) })}
            </Text>
          )}
        </BlockStack>
      </div>
    );
  }
  return (
    <>
      <Text as="p">{t('undo.what')}</Text>
      {shown.at !== 'idle' && (
        <Text as="p" tone="critical">
          {t(
            shown.at === 'not-possible'
              ? 'undo.notPossible'
              : shown.at === 'too-often'
                ? 'simulation.too-often'
                : 'undo.cannot',
          )}
        </Text>
      )}
      <Button onClick={ask}>{t('undo.look')}</Button>
    </>
  );
}

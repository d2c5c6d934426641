import { BlockStack, Button, Card, InlineStack, Link, Text } from '@shopify/polaris';
import { useTranslation } from 'react-i18next';
import { useFormat } from '#app/i18n/format.tsx';
import './home.css';

type StepName = 'orders' | 'usual-gap' | 'at-risk' | 'write' | 'campaign';
type Step = { name: StepName; done: boolean; n: number; of: number };
/** What can be answered here, without going elsewhere. */
type Answer = 'orders-right' | 'close';

/** Where each step is done, and what is answered beside it. */
const WAYS: Record<StepName, { url: string; answer?: Answer }> = {
  orders: { url: '/app/settings', answer: 'orders-right' },
  'usual-gap': { url: '/app/cycle' },
  'at-risk': { url: '/app/at-risk' },
  write: { url: '/app/preview' },
  campaign: { url: '/app/campaigns/new?template=first' },
};

/** What to do first, each step with the shop's own number; a step is done by being done. */
export function SetupGuide({
  steps,
  manages,
  busy,
  onAnswer,
}: {
  steps: readonly Step[];
  manages: boolean;
  busy: boolean;
  onAnswer: (answer: Answer) => void;
}) {
  const { t } = useTranslation();
  const done = steps.filter((step) => step.done).length;
  const next = steps.find((step) => !step.done)?.name;
  return (
    <Card>
      <BlockStack gap="200">
        <InlineStack align="space-between" blockAlign="center" gap="200">
          <Text as="h2" variant="headingMd">
            {t('homePage.guide.title')}
          </Text>
          <Text as="span" tone="subdued">
            {t('homePage.guide.done', { done, steps: steps.length })}
          </Text>
        </InlineStack>
        <ol className="rk-guide">
          {steps.map((step) => (
            <li key={step.name}>
              <GuideStep
                {...step}
                first={step.name === next}
                manages={manages}
                busy={busy}
                onAnswer={onAnswer}
              />
            </li>
          ))}
        </ol>
        {done === steps.length && <Text as="p">{t('homePage.guide.all')}</Text>}
        {manages && (
          <InlineStack gap="200" blockAlign="center">
            <Button disabled={busy} onClick={() => onAnswer('close')}>
              {t('homePage.guide.close')}
            </Button>
            <Text as="span" tone="subdued">
              {t('homePage.guide.back')}
            </Text>
          </InlineStack>
        )}
      </BlockStack>
    </Card>
  );
}

function GuideStep({
  name,
  done,
  n,
  of,
  first,
  manages,
  busy,
  onAnswer,
}: Step & { first: boolean; manages: boolean; busy: boolean; onAnswer: (answer: Answer) => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { url, answer } = WAYS[name];
  const text = done ? 'doneText' : 'text';
  // Staff meet customers; the other steps are for those who may decide.
  const acts = !done && (manages || name === 'at-risk');
  return (
    <>
      <span className={done ? 'rk-mark rk-mark-done' : 'rk-mark'} aria-hidden="true">
        {done && '✓'}
      </span>
      <BlockStack gap="200">
        <BlockStack gap="050">
          <Text as="h3" variant="headingSm">
            {t(`homePage.guide.${name}.title`)}{' '}
            <Text as="span" visuallyHidden>
              {t(done ? 'homePage.guide.isDone' : 'homePage.guide.toDo')}
            </Text>
          </Text>
          <Text as="p">
            {name === 'usual-gap' && !done && n === 0
              ? t('homePage.guide.usual-gap.unknown')
              : t(`homePage.guide.${name}.${text}`, { count: n, n: format.count(n), of: format.count(of) })}
          </Text>
        </BlockStack>
        {acts && (
          <InlineStack gap="200" blockAlign="center">
            {answer !== undefined && (
              <Button
                variant={first ? 'primary' : 'secondary'}
                disabled={busy}
                onClick={() => onAnswer(answer)}
              >
                {t('homePage.guide.orders.right')}
              </Button>
            )}
            {answer === undefined && first ? (
              <Button variant="primary" url={url}>
                {t(`homePage.guide.${name}.open`)}
              </Button>
            ) : (
              <Link url={url}>{t(`homePage.guide.${name}.open`)}</Link>
            )}
          </InlineStack>
        )}
      </BlockStack>
    </>
  );
}

import { BlockStack, Card, InlineGrid, Link, ProgressBar, Text } from '@shopify/polaris';
import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '#app/i18n/format.tsx';
import type { Day } from '#app/rfm/calendar.ts';
import type { Goal, Unit } from '#app/rfm/day-figures.ts';
import { TrendLine } from './trend-line.tsx';
import { useFigure } from './use-figure.ts';

type GoalFigures = {
  goal: Goal;
  unit: Unit;
  now: number | null;
  /** At the ends of months, the last one now. */
  points: { day: Day; value: number }[];
  target: number | null;
};

/** What the shop aims at: each goal with its trend and, where one is set, how far it is to the target. */
export function GoalCards({
  goals,
  reckoning,
  manages,
}: {
  goals: readonly GoalFigures[];
  /** Earlier months are still being reckoned. */
  reckoning: boolean;
  manages: boolean;
}) {
  const { t } = useTranslation();
  return (
    <BlockStack gap="300">
      <div className="rk-edge">
        <BlockStack gap="050">
          <Text as="h2" variant="headingMd">
            {t('homePage.goals.title')}
          </Text>
          {manages && (
            <Text as="p">
              <Link url="/app/settings#home">{t('homePage.goals.set')}</Link>
            </Text>
          )}
        </BlockStack>
      </div>
      <InlineGrid columns={{ xs: 1, md: goals.length }} gap="300">
        {goals.map((figures) => (
          <GoalCard key={figures.goal} {...figures} reckoning={reckoning} />
        ))}
      </InlineGrid>
    </BlockStack>
  );
}

function GoalCard({ goal, unit, now, points, target, reckoning }: GoalFigures & { reckoning: boolean }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { figure } = useFigure();
  const text = (value: number | null): string => figure(value, unit, true);
  const title = t(`homePage.goals.${goal}.title`);
  const first = points[0];
  const trend =
    first === undefined
      ? ''
      : t('homePage.goals.trend', {
          from: text(first.value),
          day: format.day(first.day),
          to: text(now),
        });
  return (
    <Card>
      <BlockStack gap="200">
        <BlockStack gap="050">
          <Text as="h3" variant="headingSm">
            {title}
          </Text>
          <Text as="p" variant="headingLg">
            {text(now)}
          </Text>
          <Text as="p" variant="bodySm" tone="subdued">
            {t(`homePage.goals.${goal}.note`)}
          </Text>
        </BlockStack>
        {target !== null && now !== null && (
          <TargetProgress
            title={title}
            now={now}
            target={target}
            words={{ now: text(now), target: text(target) }}
          />
        )}
        {points.length > 1 ? (
          <>
            <Text as="p">{trend}</Text>
            <TrendLine
              points={points}
              label={`${title}: ${trend}`}
              valueTitle={title}
              target={target}
              text={text}
            />
          </>
        ) : (
          <Text as="p" tone="subdued">
            {t(reckoning ? 'homePage.goals.reckoning' : 'homePage.goals.noTrend')}
          </Text>
        )}
      </BlockStack>
    </Card>
  );
}

function TargetProgress({
  title,
  now,
  target,
  words,
}: {
  title: string;
  now: number;
  target: number;
  words: { now: string; target: string };
}) {
  const { t } = useTranslation();
  const format = useFormat();
  const label = useId();
  const part = Math.max(0, Math.min(1, now / target));
  return (
    <BlockStack gap="100">
      <Text as="p" id={label}>
        {now >= target
          ? t('homePage.goals.reached', words)
          : t('homePage.goals.towards', { ...words, share: format.share(part) })}{' '}
        <Text as="span" visuallyHidden>
          {title}
        </Text>
      </Text>
      <ProgressBar size="small" progress={part * 100} ariaLabelledBy={label} />
    </BlockStack>
  );
}

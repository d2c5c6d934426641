import { Badge, Banner, BlockStack, Card, InlineStack, Text } from '@shopify/polaris';
import { useTranslation } from 'react-i18next';
import { inAll, type CampaignFigures } from '#app/campaigns/figures.ts';
import { ORDERED, type Verdict } from '#app/campaigns/verdict.ts';
import { useFormat } from '#app/i18n/format.tsx';
import type { Day } from '#app/rfm/calendar.ts';
import { NothingSaid } from './result-unknown.tsx';
import { ResultBasis } from './result-basis.tsx';
import { ResultCourse, type CoursePoint } from './result-course.tsx';
import { ResultDetails } from './result-details.tsx';
import { ResultGroups } from './result-groups.tsx';
import { ResultInterval } from './result-interval.tsx';

export type CampaignResultProps = {
  /** the latest look */
  look: {
    day: Day;
    /** epoch milliseconds */
    computedAt: number;
    final: boolean;
    figures: CampaignFigures;
  };
  /** every look, the earliest first */
  course: readonly CoursePoint[];
  observeDays: number;
  /** the day of the launch, and on which the last customer is no longer watched; null = not known yet */
  launchedOn: Day;
  endsOn: Day | null;
  /** the last time a final result was reckoned anew; epoch milliseconds */
  restated: { at: number; verdictBefore: Verdict; verdictAfter: Verdict; byMargin: boolean } | null;
};

/** What a campaign has shown: the verdict in words, what it is in money, and what it stands on. */
export function CampaignResult(props: CampaignResultProps) {
  const { look, course, observeDays, launchedOn, endsOn, restated } = props;
  const { figures, final } = look;
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <BlockStack gap="400">
      {!figures.ratioIsSound && (
        <Banner tone="critical" title={t('campaignResult.ratio.unsound')}>
          <Text as="p">
            {t('campaignResult.ratio.text', {
              held: format.count(figures.held.customers),
              all: format.count(figures.held.customers + figures.treated.customers),
              share: format.share(figures.share),
            })}
          </Text>
        </Banner>
      )}
      <VerdictCard {...{ look, endsOn }} />
      {restated !== null && (
        <Banner tone="info" title={t('campaignResult.restated.title', { day: format.dayOf(restated.at) })}>
          <Text as="p">
            {restated.verdictBefore === restated.verdictAfter
              ? t('campaignResult.restated.same')
              : t('campaignResult.restated.other', {
                  before: t(`campaignResult.verdict.${restated.verdictBefore}`),
                  after: t(`campaignResult.verdict.${restated.verdictAfter}`),
                })}
            {restated.byMargin && ` ${t('campaignResult.restated.margin')}`}
          </Text>
        </Banner>
      )}
      <ResultGroups figures={figures} />
      <ResultDetails figures={figures} final={final} />
      <ResultCourse points={course} />
      <ResultBasis {...{ look, observeDays, launchedOn }} />
    </BlockStack>
  );
}

const TONES = {
  worked: 'success',
  'lost-money': 'critical',
  'too-early': 'info',
  'cannot-tell': 'attention',
} as const;

/** The verdict and the interval it rests on. */
function VerdictCard({ look, endsOn }: Pick<CampaignResultProps, 'look' | 'endsOn'>) {
  const { t } = useTranslation();
  const format = useFormat();
  const { figures, final, day } = look;
  const { verdict, profit, treated, held } = figures;
  const money = (value: number) => format.money(Math.round(value));
  const all = profit && inAll(profit, treated.customers);
  return (
    <Card>
      <BlockStack gap="300">
        <InlineStack gap="200" blockAlign="center">
          <Text as="h2" variant="headingMd">
            {t(`campaignResult.${final ? 'verdict' : 'verdictSoFar'}.${verdict}`)}
          </Text>
          <Badge tone={TONES[verdict]}>{t(final ? 'campaignResult.final' : 'campaignResult.soFar')}</Badge>
        </InlineStack>
        <Text as="p" tone="subdued">
          {t('campaignResult.asOf', { day: format.day(day), time: format.time(look.computedAt) })}
          {!final && endsOn !== null && ` ${t('campaignResult.finalOn', { day: format.day(endsOn) })}`}
        </Text>
        {profit === null || all === null ? (
          <NothingSaid figures={figures} />
        ) : (
          <>
            <Text as="p">
              {t(`campaignResult.between.${final ? 'final' : 'interim'}`, {
                low: money(profit.low),
                high: money(profit.high),
              })}{' '}
              {t('campaignResult.inAll', {
                customers: t('customers', {
                  count: treated.customers,
                  n: format.count(treated.customers),
                }),
                difference: money(all.difference),
                low: money(all.low),
                high: money(all.high),
              })}
            </Text>
            {Math.min(treated.buyers, held.buyers) < ORDERED && (
              <Text as="p">
                {t('campaignResult.fewBuyers', {
                  treated: format.count(treated.buyers),
                  held: format.count(held.buyers),
                  least: format.count(ORDERED),
                })}
              </Text>
            )}
            <ResultInterval interval={profit} label={t('campaignResult.moreProfit')} text={money} />
            {!final && verdict === 'worked' && <Text as="p">{t('campaignResult.soFarNote')}</Text>}
          </>
        )}
      </BlockStack>
    </Card>
  );
}

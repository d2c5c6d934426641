import { InlineGrid } from '@shopify/polaris';
import { EarlyRiskWarning } from '#app/components/early-risk-warning.tsx';
import { GoalCards } from '#app/components/goal-cards.tsx';
import { MetricCards } from '#app/components/metric-cards.tsx';
import { RevenueCard } from '#app/components/revenue-card.tsx';
import { SlippingCard } from '#app/components/slipping-card.tsx';
import { TierCard } from '#app/components/tier-card.tsx';
import { useManages } from '#app/components/viewer.tsx';
import type { RunSummary } from '#app/rfm/run-summary.ts';
import type { readHome } from './read-home.server.ts';

type Insights = NonNullable<Awaited<ReturnType<typeof readHome>>['insights']>;

/** What the scores say beside themselves: how much there is, who slips, what is aimed at. */
export function HomeInsights({
  insights,
  summary,
  windowDays,
}: {
  insights: Insights;
  summary: RunSummary;
  windowDays: number | null;
}) {
  const manages = useManages();
  const { metrics, against, slipping, risk, early, goals, reckoning } = insights;
  return (
    <>
      {slipping?.warns && <SlippingCard slipping={slipping} />}
      {risk.cycle && early !== null && <EarlyRiskWarning days={early} cycle={risk.cycle} link />}
      <MetricCards metrics={metrics} against={against} summary={summary} windowDays={windowDays} />
      <InlineGrid columns={{ xs: 1, md: slipping?.warns ? 2 : 3 }} gap="300">
        <RevenueCard {...risk} />
        {!slipping?.warns && <SlippingCard slipping={slipping} />}
        <TierCard summary={summary} />
      </InlineGrid>
      <GoalCards goals={goals} reckoning={reckoning} manages={manages} />
    </>
  );
}

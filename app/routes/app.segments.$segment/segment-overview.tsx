import { Await, useSearchParams } from '@remix-run/react';
import { BlockStack, Button, ButtonGroup, Card, InlineGrid, Text } from '@shopify/polaris';
import { Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { BOUGHT_ORDERS, BoughtCard } from '#app/components/bought-card.tsx';
import { PlaybookCard } from '#app/components/playbook-card.tsx';
import { PooledCard } from '#app/components/pooled-card.tsx';
import { ReachCard, ReachComing } from '#app/components/reach-card.tsx';
import { TrendChart, TrendTable } from '#app/components/trend-chart.tsx';
import { useSearchChange } from '#app/components/use-search-change.ts';
import { useFormat } from '#app/i18n/format.tsx';
import type { SegmentReach } from '#app/models/reach.server.ts';
import { changeOf } from '#app/rfm/segment-trend.ts';
import type { readSegment } from './read-segment.server.ts';

type ReadSegment = NonNullable<Awaited<ReturnType<typeof readSegment>>>;

/** A segment as a whole: its course, what is at stake, whom it can be told to, what they buy, and what to do. */
export function SegmentOverview({
  page,
  reach,
}: {
  page: ReadSegment;
  /** Comes after the rest. */
  reach: Promise<SegmentReach> | null;
}) {
  const { t } = useTranslation();
  const changeSearch = useSearchChange();
  const [search] = useSearchParams();
  const { profile } = page;
  const by = BOUGHT_ORDERS.find((order) => order === search.get('by')) ?? 'orders';
  const onOrder = (order: string): void =>
    changeSearch((wanted) => wanted.set('by', order), { preventScrollReset: true });
  const bought = { profile, by, onOrder };
  return (
    <div className="rk-overview">
      <div className="rk-overview-trend">
        <TrendCard {...page} />
      </div>
      <div className="rk-overview-side">
        <BlockStack gap="300">
          <StakeCard profile={profile} />
          {reach !== null && (
            <Suspense fallback={<ReachComing />}>
              <Await resolve={reach} errorElement={<ReachComing failed />}>
                {(found) => <ReachCard reach={found} />}
              </Await>
            </Suspense>
          )}
        </BlockStack>
      </div>
      <div className="rk-overview-bought">
        <InlineGrid columns={{ xs: 1, md: 2 }} gap="300" alignItems="start">
          <BoughtCard
            kind="products"
            {...bought}
            bought={(profile?.products ?? []).map((one) => ({
              ...one,
              name: profile?.titles[one.what] ?? t('segmentPages.bought.untitled', { id: one.what }),
            }))}
          />
          <BoughtCard
            kind="types"
            {...bought}
            bought={(profile?.types ?? []).map((one) => ({ ...one, name: one.what }))}
          />
        </InlineGrid>
      </div>
      <div className="rk-overview-playbook">
        <BlockStack gap="300">
          {page.pooled !== null && <PooledCard pooled={page.pooled} />}
          <PlaybookCard segment={page.segment} />
        </BlockStack>
      </div>
    </div>
  );
}

function TrendCard({ first, choices, days, trend, erased }: ReadSegment) {
  const { t } = useTranslation();
  const format = useFormat();
  const changeSearch = useSearchChange();
  const last = trend.from + trend.counts.length - 1;
  const counted = (n: number): string => t('customers', { count: n, n: format.count(n) });
  const whole = trend.from === first;
  return (
    <Card>
      <BlockStack gap="300">
        <Text as="h2" variant="headingMd">
          {t('segmentPages.trend.title')}
        </Text>
        {trend.counts.length < 2 ? (
          <Text as="p">{t('segmentPages.trend.oneDay', { day: format.day(first) })}</Text>
        ) : (
          <>
            {choices.length > 1 && (
              <ButtonGroup variant="segmented">
                {choices.map((choice) => (
                  <Button
                    key={choice}
                    pressed={choice === days}
                    onClick={() =>
                      changeSearch((wanted) => wanted.set('days', String(choice)), {
                        preventScrollReset: true,
                      })
                    }
                  >
                    {t('segmentPages.trend.days', { count: choice, n: format.count(choice) })}
                  </Button>
                ))}
              </ButtonGroup>
            )}
            <Text as="p">
              {t('segmentPages.trend.changed', {
                from: format.day(trend.from),
                before: counted(trend.counts[0] ?? 0),
                to: format.day(last),
                now: counted(trend.counts.at(-1) ?? 0),
                change: format.countChange(changeOf(trend)),
              })}
              {whole && ` ${t('segmentPages.trend.since', { day: format.day(first) })}`}
            </Text>
            <TrendChart key={trend.from} trend={trend} />
            <Text as="p" tone="subdued">
              {t('segmentPages.trend.keys')}
              {erased > 0 &&
                ` ${t('segmentPages.trend.erased', { count: erased, n: format.count(erased), day: format.day(trend.from) })}`}
            </Text>
            <TrendTable trend={trend} />
          </>
        )}
      </BlockStack>
    </Card>
  );
}

function StakeCard({ profile }: Pick<ReadSegment, 'profile'>) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <Card>
      <BlockStack gap="100">
        <Text as="h2" variant="headingMd">
          {t('segmentPages.stake.title')}
        </Text>
        {profile === null ? (
          <Text as="p">{t('segmentPages.stake.waits')}</Text>
        ) : (
          <>
            <Text as="p" variant="headingLg">
              {format.wholeMoney(profile.atStake)}
            </Text>
            {profile.customers > 0 && (
              <Text as="p">
                {t('segmentPages.stake.each', {
                  money: format.money(Math.round(profile.atStake / profile.customers)),
                })}
              </Text>
            )}
            <Text as="p" tone="subdued">
              {t('segmentPages.stake.what', {
                customers: t('customers', { count: profile.customers, n: format.count(profile.customers) }),
                day: format.day(profile.asOf),
              })}
            </Text>
          </>
        )}
      </BlockStack>
    </Card>
  );
}

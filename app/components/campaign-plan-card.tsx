import { BlockStack, Card, InlineStack, Link, List, Text } from '@shopify/polaris';
import { useTranslation } from 'react-i18next';
import { givesCodes, handOverSeconds, mostFixedCost, offersOf } from '#app/campaigns/launch-cost.ts';
import type { CampaignPlan, Offer } from '#app/campaigns/plan.ts';
import { durationText } from '#app/i18n/duration.ts';
import { useFormat } from '#app/i18n/format.tsx';
import { AudienceCounts } from './campaign-summary.tsx';
import { useCampaignCount } from './use-campaign-count.ts';
import { useCampaignWords } from './use-campaign-words.ts';

type Saved = readonly { id: number; name: string }[];

/** Everything that was decided of a campaign, in words. @param editUrl null for somebody who may not change it */
export function CampaignPlanCard({
  plan,
  saved,
  editUrl,
}: {
  plan: CampaignPlan;
  saved: Saved;
  editUrl: string | null;
}) {
  const { t } = useTranslation();
  const format = useFormat();
  const words = useCampaignWords(saved);
  const days = words.days(plan);
  const { audience, guards } = plan;
  const rows: [string, string][] = [
    [t('campaigns.audience.title'), words.source(audience)],
    ...(audience.leaveOut.length === 0
      ? []
      : [
          [t('campaigns.audience.leaveOut'), format.list(audience.leaveOut.map(words.savedName))] as [
            string,
            string,
          ],
        ]),
    [t('campaigns.audience.consent'), t(`campaigns.consent.${audience.consent}`)],
    [
      t('campaigns.delivery.title'),
      `${t(`campaigns.mode.${plan.mode}`)} · ${t(`campaigns.delivery.ways.${plan.delivery}`)}`,
    ],
    [t('campaigns.compare.title'), format.share(plan.holdOut)],
    [
      t('campaigns.goal.observe'),
      t('campaigns.daysOf', { count: plan.observeDays, n: format.count(plan.observeDays) }),
    ],
    ...(guards.budget === null
      ? []
      : [[t('campaigns.guards.budget'), format.money(guards.budget)] as [string, string]]),
  ];
  return (
    <Card>
      <BlockStack gap="300">
        <InlineStack align="space-between" blockAlign="center">
          <Text as="h2" variant="headingMd">
            {t('campaigns.planCard.title')}
          </Text>
          {editUrl !== null && <Link url={editUrl}>{t('campaigns.planCard.edit')}</Link>}
        </InlineStack>
        <ul className="rk-rows">
          {rows.map(([label, value]) => (
            <li key={label}>
              <InlineStack align="space-between" gap="200">
                <Text as="span">{label}</Text>
                <Text as="span">{value}</Text>
              </InlineStack>
            </li>
          ))}
        </ul>
        <Text as="h3" variant="headingSm">
          {t('campaigns.ladder.title')}
        </Text>
        <List type="number">
          {plan.ladder.map((step, place) => (
            // oxlint-disable-next-line react/no-array-index-key -- a step is its place
            <List.Item key={place}>
              {t('campaigns.summary.step', {
                day: format.count((days[place] ?? 0) + 1),
                what: words.step(step),
              })}
            </List.Item>
          ))}
        </List>
      </BlockStack>
    </Card>
  );
}

/** Before the launch: who, how many, what it costs at most, and how long Shopify takes. */
export function LaunchReview({ plan, saved }: { plan: CampaignPlan; saved: Saved }) {
  const { t } = useTranslation();
  const format = useFormat();
  const words = useCampaignWords(saved);
  const counted = useCampaignCount(JSON.stringify(plan.audience));
  const members = counted.at === 'counted' ? counted.members : 0;
  const treated = members - Math.round(members * plan.holdOut);
  const fixed = mostFixedCost(plan, treated);
  const offers = [...new Set(plan.ladder.flatMap(offersOf).map((offer) => cost(offer)))];
  function cost(offer: Offer): string {
    return t(`campaigns.review.cost.${offer.kind}`, { offer: words.offer(offer) });
  }
  return (
    <Card>
      <BlockStack gap="300">
        <Text as="h2" variant="headingMd">
          {t('campaigns.review.title')}
        </Text>
        <Text as="p">{words.source(plan.audience)}</Text>
        <AudienceCounts counted={counted} holdOut={plan.holdOut} />
        <Text as="h3" variant="headingSm">
          {t('campaigns.review.costs')}
        </Text>
        <List>
          {offers.map((text) => (
            <List.Item key={text}>{text}</List.Item>
          ))}
        </List>
        {fixed > 0 && <Text as="p">{t('campaigns.review.fixed', { money: format.money(fixed) })}</Text>}
        <Text as="p">
          {plan.guards.budget === null
            ? t('campaigns.review.noBudget')
            : t('campaigns.review.budget', { money: format.money(plan.guards.budget) })}
        </Text>
        {counted.at === 'counted' && plan.delivery === 'codes' && givesCodes(plan) && (
          <Text as="p">
            {t('campaigns.review.time', { time: durationText(t, handOverSeconds(treated)) })}
          </Text>
        )}
        {plan.mode === 'manual' && <Text as="p">{t('campaigns.review.manual')}</Text>}
      </BlockStack>
    </Card>
  );
}

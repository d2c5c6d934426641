import { BlockStack, Card, InlineStack, List, Text } from '@shopify/polaris';
import { useTranslation } from 'react-i18next';
import type { CampaignPlan } from '#app/campaigns/plan.ts';
import { useFormat } from '#app/i18n/format.tsx';
import { useCampaignWords } from './use-campaign-words.ts';
import type { CountedCampaign } from './use-campaign-count.ts';

type SummaryProps = {
  /** null while something is wrong with it */
  plan: CampaignPlan | null;
  saved: readonly { id: number; name: string }[];
  counted: CountedCampaign;
};

/** What the form says so far, and whom it reaches: stays beside the form while it is filled in. */
export function CampaignSummary({ plan, saved, counted }: SummaryProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const words = useCampaignWords(saved);
  const days = plan === null ? [] : words.days(plan);
  return (
    <div className="rk-sticky">
      <Card>
        <BlockStack gap="400">
          <Text as="h2" variant="headingMd">
            {t('campaigns.summary.title')}
          </Text>
          <AudienceCounts counted={counted} holdOut={plan?.holdOut ?? null} />
          {plan === null ? (
            <Text as="p" tone="subdued">
              {t('campaigns.summary.incomplete')}
            </Text>
          ) : (
            <>
              <Text as="p">{words.source(plan.audience)}</Text>
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
              <Text as="p">
                {t(`campaigns.mode.${plan.mode}`)}
                {' · '}
                {t(`campaigns.delivery.ways.${plan.delivery}`)}
              </Text>
              <Text as="p" tone="subdued">
                {t('campaigns.summary.observe', {
                  count: plan.observeDays,
                  n: format.count(plan.observeDays),
                })}
              </Text>
            </>
          )}
        </BlockStack>
      </Card>
    </div>
  );
}

/** How many would take part, and why others would not, said aloud when it changes. */
export function AudienceCounts({ counted, holdOut }: { counted: CountedCampaign; holdOut: number | null }) {
  const { t } = useTranslation();
  const format = useFormat();
  if (counted.at === 'reading') {
    const { read, of } = counted;
    return (
      <output>
        <Text as="span" tone="subdued">
          {of === null
            ? t('campaigns.count.reading')
            : t('campaigns.count.readingOf', { read: format.count(read), of: format.count(of) })}
        </Text>
      </output>
    );
  }
  if (counted.at !== 'counted') {
    return (
      <output>
        <Text as="span" tone="subdued">
          {t(`campaigns.count.${counted.at}`)}
        </Text>
      </output>
    );
  }
  const { asked, members, leftOut } = counted;
  const held = holdOut === null ? null : Math.round(members * holdOut);
  const reasons = Object.entries(leftOut).filter(([, customers]) => customers > 0);
  return (
    <BlockStack gap="200">
      <output>
        <Text as="span" variant="headingLg">
          {t('customers', { count: members, n: format.count(members) })}
        </Text>
      </output>
      {held !== null && (
        <Text as="p">
          {t('campaigns.count.split', { treated: format.count(members - held), held: format.count(held) })}
        </Text>
      )}
      <ul className="rk-rows">
        <li>
          <Row label={t('campaigns.count.asked')} n={format.count(asked)} />
        </li>
        {reasons.map(([reason, customers]) => (
          <li key={reason}>
            <Row label={t(`campaigns.leftOut.${reason as 'ordered'}`)} n={`−${format.count(customers)}`} />
          </li>
        ))}
      </ul>
    </BlockStack>
  );
}

function Row({ label, n }: { label: string; n: string }) {
  return (
    <InlineStack align="space-between" gap="200" wrap={false}>
      <Text as="span">{label}</Text>
      <Text as="span" numeric>
        {n}
      </Text>
    </InlineStack>
  );
}

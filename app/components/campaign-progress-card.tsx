import { BlockStack, Card, DataTable, InlineStack, Text } from '@shopify/polaris';
import { useTranslation } from 'react-i18next';
import type { OfferState } from '#app/campaigns/offer-states.ts';
import type { CampaignPlan } from '#app/campaigns/plan.ts';
import { useFormat } from '#app/i18n/format.tsx';
import { useCampaignWords } from './use-campaign-words.ts';
import { useNotGivenWords } from './use-not-given-words.ts';

type MemberState = 'active' | 'ordered' | 'left' | 'skipped' | 'ended';

type ProgressProps = {
  ladder: CampaignPlan['ladder'];
  /** Whether it is settled who takes part. */
  drawn: boolean;
  members: readonly { heldOut: boolean; state: MemberState; customers: number }[];
  offers: readonly { step: number; state: OfferState; offers: number; redeemed: number }[];
  notGiven: readonly { step: number; reason: string | null; offers: number }[];
};

/** Offers that are on their way, in the eyes of staff one thing. */
const ON_THEIR_WAY: readonly OfferState[] = ['approved', 'ready', 'sending'];
const COLUMNS = ['waiting', 'coming', 'given', 'redeemed', 'not'] as const;

/** How far a campaign has come: customers by group, and offers by step. */
export function CampaignProgressCard({ ladder, drawn, members, offers, notGiven }: ProgressProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const words = useCampaignWords([]);
  const whyOf = useNotGivenWords();
  const states = [...new Set(members.map(({ state }) => state))];
  const customersOf = (heldOut: boolean, state: MemberState): number =>
    members.find((one) => one.heldOut === heldOut && one.state === state)?.customers ?? 0;
  const sum = (step: number, of: readonly OfferState[]): number =>
    offers
      .filter((one) => one.step === step && of.includes(one.state))
      .reduce((all, one) => all + one.offers, 0);
  const cell = (step: number): Record<(typeof COLUMNS)[number], number> => ({
    waiting: sum(step, ['review', 'later']),
    coming: sum(step, ON_THEIR_WAY),
    given: sum(step, ['given', 'unknown']),
    redeemed: offers.filter((one) => one.step === step).reduce((all, one) => all + one.redeemed, 0),
    not: sum(step, ['skipped', 'dropped', 'failed']),
  });
  return (
    <Card>
      <BlockStack gap="400">
        <Text as="h2" variant="headingMd">
          {t('campaigns.progress.title')}
        </Text>
        {members.length === 0 ? (
          <Text as="p">{t(drawn ? 'campaigns.progress.nobody' : 'campaigns.progress.drawing')}</Text>
        ) : (
          <DataTable
            columnContentTypes={['text', 'numeric', 'numeric']}
            headings={[
              t('campaigns.progress.customers'),
              t('campaigns.progress.treated'),
              t('campaigns.progress.held'),
            ]}
            rows={states.map((state) => [
              t(`campaigns.progress.member.${state}`),
              format.count(customersOf(false, state)),
              format.count(customersOf(true, state)),
            ])}
          />
        )}
        {members.length > 0 && (
          <>
            <Text as="h3" variant="headingSm">
              {t('campaigns.progress.steps')}
            </Text>
            <ul className="rk-rows">
              {ladder.map((step, place) => {
                const counts = cell(place);
                const why = notGiven
                  .filter((one) => one.step === place)
                  .map(({ reason, offers: n }) =>
                    t('campaigns.progress.whyCount', {
                      why: whyOf(reason),
                      n: format.count(n),
                    }),
                  );
                return (
                  // oxlint-disable-next-line react/no-array-index-key -- a step is its place
                  <li key={place}>
                    <BlockStack gap="100">
                      <Text as="span" fontWeight="medium">
                        {t('campaigns.progress.step', { number: place + 1, what: words.step(step) })}
                      </Text>
                      <InlineStack gap="400">
                        {COLUMNS.map((column) => (
                          <Text as="span" key={column} tone={counts[column] === 0 ? 'subdued' : 'base'}>
                            {t(`campaigns.progress.offer.${column}`, { n: format.count(counts[column]) })}
                          </Text>
                        ))}
                      </InlineStack>
                      {why.length > 0 && (
                        <Text as="p" tone="subdued">
                          {t('campaigns.progress.notGiven', { why: format.list(why) })}
                        </Text>
                      )}
                    </BlockStack>
                  </li>
                );
              })}
            </ul>
          </>
        )}
      </BlockStack>
    </Card>
  );
}

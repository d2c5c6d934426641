import { useTranslation } from 'react-i18next';
import type { AudiencePlan, CampaignPlan, Offer, Step } from '#app/campaigns/plan.ts';
import { useFormat } from '#app/i18n/format.tsx';
import { useSegmentWords } from './scheme.tsx';

/** What is decided of a campaign, in words. @param saved names of saved segments by their numbers */
export function useCampaignWords(saved: readonly { id: number; name: string }[]) {
  const { t } = useTranslation();
  const format = useFormat();
  const segmentWords = useSegmentWords();
  const savedName = (id: number): string =>
    saved.find((one) => one.id === id)?.name ?? t('campaigns.audience.deleted', { id });

  const offer = (offered: Offer): string => {
    switch (offered.kind) {
      case 'none':
        return t('campaigns.offer.words.none');
      case 'free-shipping':
        return t('campaigns.offer.words.free-shipping');
      case 'percentage':
        return t('campaigns.offer.words.percentage', { percent: format.count(offered.percent) });
      case 'amount':
        return t('campaigns.offer.words.amount', { amount: format.money(offered.amount) });
      case 'sample':
        return t('campaigns.offer.words.sample');
    }
  };
  /** What a step brings; several when they differ by group or by chance. */
  const step = ({ kind, branches }: Step): string => {
    if (kind !== 'message') return t(`campaigns.step.kinds.${kind}`);
    const offers = branches.flatMap(({ arms }) => arms.map((arm) => offer(arm.offer)));
    return format.list([...new Set(offers)]);
  };
  return {
    offer,
    step,
    source: ({ source }: Pick<AudiencePlan, 'source'>): string => {
      if (source.kind === 'saved') return savedName(source.id);
      if (source.kind === 'shopify') return source.name;
      return format.list(source.slugs.map((slug) => segmentWords(slug).name));
    },
    savedName,
    /** When each step comes, counted from the first. */
    days: ({ ladder }: Pick<CampaignPlan, 'ladder'>): number[] => {
      let day = 0;
      return ladder.map(({ waitDays }, place) => (day += place === 0 ? 0 : waitDays));
    },
  };
}

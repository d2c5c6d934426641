import { useTranslation } from 'react-i18next';
import type { SurveyReason } from '#app/campaigns/survey.ts';
import { useFormat } from '#app/i18n/format.tsx';
import { FactsCard } from './facts-card.tsx';

/** Instants are epoch milliseconds. */
type MessagesProps = {
  /** why the customer gets no messages, null when they may */
  suppression: { reason: 'unsubscribed' | 'bounced' | 'by-hand'; createdAt: number } | null;
  answers: {
    campaignId: number;
    campaign: string;
    reason: SurveyReason;
    words: string | null;
    answeredAt: number;
  }[];
};

/** Whether a customer gets messages from campaigns, and what they answered why they left. Nothing where there is nothing. */
export function MessagesCard({ suppression, answers }: MessagesProps) {
  const { t } = useTranslation();
  const format = useFormat();
  if (suppression === null && answers.length === 0) return null;
  const none = suppression && {
    label: t('mail.none.short'),
    value: t('mail.none.why', {
      reason: t(`mail.none.reason.${suppression.reason}`),
      day: format.dayOf(suppression.createdAt),
    }),
  };
  const facts = answers.map(({ campaign, reason, words, answeredAt }) => ({
    label: t('mail.survey.of', { campaign, day: format.dayOf(answeredAt) }),
    value: t(`mail.survey.reason.${reason}`),
    ...(words === null ? {} : { note: words }),
  }));
  return <FactsCard title={t('mail.title')} facts={none === null ? facts : [none, ...facts]} />;
}

import { Link } from '@remix-run/react';
import { BlockStack, Card, InlineStack, Text } from '@shopify/polaris';
import { useTranslation } from 'react-i18next';
import { useFormat } from '#app/i18n/format.tsx';
import type { SurveyReason } from '#app/campaigns/survey.ts';

type SurveyAnswersProps = {
  /** how many for each reason, the most frequent first */
  reasons: { reason: SurveyReason; count: number }[];
  /** the newest in somebody's own words; epoch milliseconds */
  answers: { customerId: number; reason: SurveyReason; words: string; answeredAt: number }[];
};

/** What a campaign's customers answered to the question why they left. */
export function SurveyAnswers({ reasons, answers }: SurveyAnswersProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const answered = reasons.reduce((sum, { count }) => sum + count, 0);
  return (
    <Card>
      <BlockStack gap="300">
        <Text as="h2" variant="headingMd">
          {t('mail.survey.title')}
        </Text>
        <Text as="p">
          {answered === 0 ? t('mail.survey.none') : t('mail.survey.answered', { n: format.count(answered) })}
        </Text>
        {reasons.length > 0 && (
          <ul className="rk-rows">
            {reasons.map(({ reason, count }) => (
              <li key={reason}>
                <InlineStack align="space-between" gap="200">
                  <Text as="span">{t(`mail.survey.reason.${reason}`)}</Text>
                  <Text as="span">{`${format.count(count)} · ${format.share(count / answered)}`}</Text>
                </InlineStack>
              </li>
            ))}
          </ul>
        )}
        {answers.length > 0 && (
          <>
            <Text as="h3" variant="headingSm">
              {t('mail.survey.own')}
            </Text>
            <ul className="rk-rows">
              {answers.map(({ customerId, words, answeredAt }) => (
                <li key={customerId}>
                  <BlockStack gap="100">
                    <Text as="p" breakWord>
                      {words}
                    </Text>
                    <InlineStack gap="200">
                      <Link to={`/app/customers/${customerId}`}>
                        {t('customerNumber', { id: customerId })}
                      </Link>
                      <Text as="span" tone="subdued">
                        {format.dayOf(answeredAt)}
                      </Text>
                    </InlineStack>
                  </BlockStack>
                </li>
              ))}
            </ul>
          </>
        )}
      </BlockStack>
    </Card>
  );
}

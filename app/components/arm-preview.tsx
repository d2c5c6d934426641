import { useFetcher } from '@remix-run/react';
import { BlockStack, Box, Button, InlineStack, Text } from '@shopify/polaris';
import { useTranslation } from 'react-i18next';
import type { Place } from '#app/campaigns/plan-reader.ts';
import { useFormTerms } from './campaign-fields.tsx';

/** A message as a customer would read it, or why it cannot be shown. */
export type PreviewAnswer =
  | { shown: true; customerId: number; subject: string; text: string }
  | { shown: false; why: 'nobody' | 'protected-data' | 'template' };

/** Shows, when asked to, how somebody of the audience would read a message of the plan. */
export function ArmPreview({ at }: { at: Place }) {
  const { t } = useTranslation();
  const { plan } = useFormTerms();
  const fetcher = useFetcher<PreviewAnswer>();
  const answer = fetcher.state === 'idle' ? fetcher.data : undefined;
  const [, step, , branch, , arm] = at.map(String);
  if (plan === null) return null;
  return (
    <BlockStack gap="200">
      <InlineStack>
        <Button
          loading={fetcher.state !== 'idle'}
          onClick={() =>
            fetcher.submit(
              { plan: JSON.stringify(plan), step: step ?? '', branch: branch ?? '', arm: arm ?? '' },
              { method: 'post', action: '/app/campaigns/preview' },
            )
          }
        >
          {t('campaigns.preview.do')}
        </Button>
      </InlineStack>
      <output>
        {answer?.shown === false && <Text as="p">{t(`campaigns.preview.not.${answer.why}`)}</Text>}
        {answer?.shown === true && (
          <Box padding="300" background="bg-surface-secondary" borderRadius="200">
            <BlockStack gap="200">
              <Text as="p" fontWeight="semibold">
                {t('campaigns.preview.as', { customer: t('customerNumber', { id: answer.customerId }) })}
              </Text>
              <Text as="p" fontWeight="medium">
                {answer.subject}
              </Text>
              <pre className="rk-profile">{answer.text}</pre>
            </BlockStack>
          </Box>
        )}
      </output>
    </BlockStack>
  );
}

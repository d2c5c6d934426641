import { Banner, BlockStack, Text } from '@shopify/polaris';
import { useTranslation } from 'react-i18next';
import { useFormat } from '#app/i18n/format.tsx';
import type { CareAnswer } from './care-fields.tsx';
import { usePersonName } from './use-person-name.ts';

/** What has to be said about something that was saved: whose change it replaced, and for whom it could not be saved. */
export function CareOutcome({ answer, you }: { answer: CareAnswer | undefined; you: number }) {
  const { t } = useTranslation();
  const format = useFormat();
  const name = usePersonName(you);
  if (answer?.result !== 'saved') return null;
  const { over, gone } = answer;
  if (over.length === 0 && gone === 0) return null;
  const customers = (count: number) => t('customers', { count, n: format.count(count) });
  const byPerson = Map.groupBy(over, ({ by }) => by);
  return (
    <BlockStack gap="200">
      {over.length > 0 && (
        <Banner tone="warning" title={t('care.over.title')}>
          {[...byPerson].map(([by, theirs]) => (
            <Text as="p" key={by}>
              {t('care.over.text', {
                who: name(by),
                customers:
                  theirs.length === 1
                    ? t('customerNumber', { id: theirs[0]?.customerId })
                    : customers(theirs.length),
              })}
            </Text>
          ))}
        </Banner>
      )}
      {gone > 0 && (
        <Banner tone="warning" title={t('care.gone.title', { customers: customers(gone) })}>
          <Text as="p">{t('care.gone.text')}</Text>
        </Banner>
      )}
    </BlockStack>
  );
}

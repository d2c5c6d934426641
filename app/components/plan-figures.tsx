import { BlockStack, DataTable, Text } from '@shopify/polaris';
import { useTranslation } from 'react-i18next';
import { durationText } from '#app/i18n/duration.ts';
import { useFormat } from '#app/i18n/format.tsx';
import type { PlanTotals } from '#app/rfm/write-cost.ts';
import { WRITE_KINDS } from '#app/rfm/write-plan.ts';

/** What a plan writes, kind by kind, and what that costs. */
export type PlanNumbers = Pick<PlanTotals, 'customers' | 'byKind' | 'points'> & { seconds: number };

/** A plan in numbers. */
export function PlanFigures({ customers, byKind, points, seconds }: PlanNumbers) {
  const { t } = useTranslation();
  const format = useFormat();
  if (customers === 0) return <Text as="p">{t('preview.none')}</Text>;
  return (
    <BlockStack gap="300">
      <Text as="p">{t('preview.customers', { count: customers, n: format.count(customers) })}</Text>
      <DataTable
        columnContentTypes={['text', 'numeric']}
        headings={[t('preview.what'), t('preview.count')]}
        rows={WRITE_KINDS.filter((kind) => byKind[kind] > 0).map((kind) => [
          t(`preview.kind.${kind}`),
          format.count(byKind[kind]),
        ])}
      />
      <Text as="p">
        {t('preview.cost', { points: format.count(points), time: durationText(t, seconds) })}
      </Text>
    </BlockStack>
  );
}

import { Badge, BlockStack, Card, InlineStack, Text } from '@shopify/polaris';
import { useTranslation } from 'react-i18next';
import { useFormat } from '#app/i18n/format.tsx';
import { rangeText } from '#app/i18n/ranges.ts';
import type { Among } from '#app/rfm/apart.ts';
import type { Explanation, Reason } from '#app/rfm/explain.ts';
import { grade } from '#app/rfm/grades.ts';
import { useNeedsText } from './needs-text.ts';
import { useSegmentWords } from './scheme.tsx';
import { SegmentBadge, TierBadge } from './score-badges.tsx';
import { usePopulationNames } from './use-populations.ts';

type WhyCardProps = {
  scores: { r: number; f: number; m: number };
  explanation: Explanation;
  among: Among;
};

/** Why a customer is in the segment: each score with its value, real range and comparison; what would change it. */
export function WhyCard({ scores, explanation, among }: WhyCardProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const wordsOf = useSegmentWords();
  const needsText = useNeedsText();
  const { segment, reasons, needs, outlook } = explanation;
  const namesOf = usePopulationNames();
  const { population, without } = among;
  const some = population !== null || without.length > 0;
  const means = needsText(needs) ?? wordsOf(segment).means;
  return (
    <Card>
      <BlockStack gap="400">
        <InlineStack gap="200" blockAlign="center">
          <Text as="h2" variant="headingMd">
            {t('why.title')}
          </Text>
          <SegmentBadge segment={segment} />
          <TierBadge {...scores} />
        </InlineStack>
        {means !== null && (
          <Text as="p">{t('why.segment', { segment: wordsOf(segment).name, needs: means })}</Text>
        )}
        {population !== null && <Text as="p">{t('populations.own', { who: namesOf([population]) })}</Text>}
        {without.length > 0 && <Text as="p">{t('populations.rest', { who: namesOf(without) })}</Text>}
        <ul className="rk-rows">
          {reasons.map((reason) => (
            <li key={reason.dimension}>
              <ReasonRow reason={reason} some={some} />
            </li>
          ))}
        </ul>
        <BlockStack gap="100">
          <Text as="h3" variant="headingSm">
            {t('why.change')}
          </Text>
          <Text as="p">
            {t(outlook.order.segment === segment ? 'why.orderSame' : 'why.order', {
              segment: wordsOf(outlook.order.segment).name,
            })}
          </Text>
          <Text as="p">
            {outlook.quiet === null
              ? t('why.quietSame')
              : t('why.quiet', {
                  count: outlook.quiet.inDays,
                  n: format.count(outlook.quiet.inDays),
                  segment: wordsOf(outlook.quiet.segment).name,
                })}
          </Text>
        </BlockStack>
      </BlockStack>
    </Card>
  );
}

const LETTERS = { r: 'R', f: 'F', m: 'M' } as const;

/** @param some whether it compares with some of the customers only, who are named above */
function ReasonRow({ reason, some }: { reason: Reason; some: boolean }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { dimension, value, score, range, percentWorse, among } = reason;
  const own = dimension === 'm' ? format.money(value) : format.count(value);
  return (
    <InlineStack gap="300" blockAlign="start" wrap={false}>
      <span className="rk-nowrap">
        <Badge>{`${LETTERS[dimension]}${score} ${grade(score)}`}</Badge>
      </span>
      <BlockStack>
        <Text as="span" fontWeight="medium">
          {dimension === 'r' && value === 0
            ? t('why.today')
            : t(`why.value.${dimension}`, { value: own, count: value })}
        </Text>
        <Text as="span" tone="subdued">
          {t('why.range', {
            score: `${LETTERS[dimension]}${score}`,
            range: rangeText(t, format, dimension, range),
          })}
          {percentWorse > 0 &&
            ` ${t(`why.better.${dimension}`, { percent: percentWorse, among: t(`why.${some ? 'amongSome' : 'among'}.${among}`) })}`}
        </Text>
      </BlockStack>
    </InlineStack>
  );
}

import { useFetcher } from '@remix-run/react';
import { Button, InlineStack, Text } from '@shopify/polaris';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { nearestOfTen } from '#app/rfm/schemes.ts';
import { useScheme, useSegmentWords } from './scheme.tsx';

/** The segment of low-value customers, made or found; or that it could not be made. */
export type LowValueAnswer = { result: 'segment'; id: number; name: string } | { result: 'too-many' };

type LowValueProps = {
  /** The segments that take part. */
  slugs: readonly string[];
  /** The saved segments that are left out already. */
  chosen: readonly string[];
  onLeaveOut: (segment: { id: number; name: string }) => void;
};

/**
 * Suggests to leave out those of low value among hibernating customers, who seldom pay for what it costs to reach them.
 * One click makes a saved segment of them, or takes the one that there is.
 */
export function LeaveOutLowValue({ slugs, chosen, onLeaveOut }: LowValueProps) {
  const { t } = useTranslation();
  const scheme = useScheme();
  const wordsOf = useSegmentWords();
  const fetcher = useFetcher<LowValueAnswer>();
  const answer = fetcher.state === 'idle' ? fetcher.data : undefined;
  const told = useRef<LowValueAnswer>();
  const [taken, setTaken] = useState<string | null>(null);
  useEffect(() => {
    if (answer?.result !== 'segment' || told.current === answer) return;
    told.current = answer;
    setTaken(String(answer.id));
    if (!chosen.includes(String(answer.id))) onLeaveOut(answer);
  }, [answer, chosen, onLeaveOut]);
  const asleep = slugs.filter((slug) => nearestOfTen(scheme, slug) === 'hibernating');
  if (asleep.length === 0 || (taken !== null && chosen.includes(taken))) return null;
  const name = t('campaigns.audience.lowValue.name', {
    segment: asleep.map((slug) => wordsOf(slug).name).join(', '),
  }).slice(0, 80);
  return (
    <InlineStack gap="200" blockAlign="center">
      <Text as="p">{t('campaigns.audience.lowValue.why')}</Text>
      <Button
        loading={fetcher.state !== 'idle'}
        onClick={() =>
          fetcher.submit(
            { intent: 'low-value', name, slugs: asleep.join() },
            { method: 'post', action: '/app/campaigns/new' },
          )
        }
      >
        {t('campaigns.audience.lowValue.do')}
      </Button>
      {answer?.result === 'too-many' && (
        <Text as="p" tone="critical">
          {t('builder.refused.too-many')}
        </Text>
      )}
    </InlineStack>
  );
}

import { Banner, BlockStack, Button, Card, InlineStack, Spinner, Text } from '@shopify/polaris';
import { useTranslation } from 'react-i18next';
import { useFormat } from '#app/i18n/format.tsx';
import { total } from '#app/rfm/moves.ts';
import { MovesMatrix } from './moves-matrix.tsx';
import { PlanFigures, type PlanNumbers } from './plan-figures.tsx';
import type { SimulationShown } from './use-simulation.ts';

type SimulationCardProps = {
  shown: SimulationShown;
  /** The fields were changed since it was asked for. */
  stale: boolean;
  /** When the plan would be sent: once it is saved, after Home asked, or not at all. */
  writes: 'at-once' | 'asked' | 'off';
  onAsk: () => void;
};

/** What a change of the settings would do, shown before it is saved. */
export function SimulationCard({ shown, stale, writes, onAsk }: SimulationCardProps) {
  const { t } = useTranslation();
  const asked = shown.at === 'asked';
  return (
    <Card>
      <BlockStack gap="300">
        <Text as="h2" variant="headingMd">
          {t('simulation.title')}
        </Text>
        <Text as="p">{t('simulation.what')}</Text>
        <InlineStack gap="300" blockAlign="center">
          <Button onClick={onAsk} disabled={asked}>
            {t(shown.at === 'idle' ? 'simulation.ask' : 'simulation.again')}
          </Button>
          {asked && <Spinner size="small" accessibilityLabel={t('simulation.asked')} />}
        </InlineStack>
        <div aria-live="polite">
          <Outcome shown={shown} stale={stale} writes={writes} />
        </div>
      </BlockStack>
    </Card>
  );
}

function Outcome({ shown, stale, writes }: Omit<SimulationCardProps, 'onAsk'>) {
  const { t } = useTranslation();
  const format = useFormat();
  if (shown.at === 'idle') return null;
  if (shown.at === 'asked') return <Text as="p">{t('simulation.asked')}</Text>;
  if (shown.at !== 'done') return <Banner tone="warning">{t(`simulation.${shown.at}`)}</Banner>;
  const { asOf, edges, plan } = shown.result;
  const moved = total(edges.filter(({ before, after }) => before !== after));
  const customers = total(edges);
  return (
    <BlockStack gap="300">
      {stale && <Banner tone="warning">{t('simulation.stale')}</Banner>}
      <Text as="p" fontWeight="semibold">
        {t('simulation.moved', {
          count: moved,
          moved: format.count(moved),
          customers: format.count(customers),
          day: format.day(asOf),
        })}
      </Text>
      {moved > 0 && (
        <MovesMatrix
          from={{ name: t('simulation.now'), total: t('simulation.allNow') }}
          to={{ name: t('simulation.then'), total: t('simulation.allThen') }}
          edges={edges}
        />
      )}
      {plan !== null && <Writes plan={plan} writes={writes} />}
      <Text as="p" tone="subdued">
        {t('simulation.exact')}
      </Text>
    </BlockStack>
  );
}

function Writes({ plan, writes }: { plan: PlanNumbers; writes: SimulationCardProps['writes'] }) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <>
      <Text as="h3" variant="headingSm">
        {t('simulation.writes.title')}
      </Text>
      <PlanFigures {...plan} />
      {plan.customers > 0 && (
        <>
          <Text as="p">
            {t('simulation.flows', {
              added: format.count(plan.byKind['tag-add']),
              removed: format.count(plan.byKind['tag-remove']),
            })}
          </Text>
          <Text as="p">{t(`simulation.writes.${writes}`)}</Text>
        </>
      )}
    </>
  );
}

import { BlockStack, Box, Card, IndexTable, Link, Text } from '@shopify/polaris';
import { useTranslation } from 'react-i18next';
import { cycleLength } from '#app/i18n/cycle-length.ts';
import { useFormat } from '#app/i18n/format.tsx';
import type { Day } from '#app/rfm/calendar.ts';
import { ratio } from '#app/rfm/planes.ts';
import type { boughtAgain, Cycle, StateCount } from '#app/rfm/purchase-cycle.ts';
import { Amount } from './amount.tsx';

type Days = { from: Day | null; to: Day | null };
type CycleStatesProps = {
  /** Each state with the days of the last order that lead to it; null when no day does. */
  states: (StateCount & { days: Days | null })[];
  again: ReturnType<typeof boughtAgain>;
  cycle: Cycle;
};

/** The five states of the purchase cycle with their customers and money; a row opens its customers. */
export function CycleStates({ states, again, cycle }: CycleStatesProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const all = states.reduce((sum, { customers }) => sum + customers, 0);
  const length = cycleLength(t, format, cycle);
  return (
    <Card padding="0">
      <Box padding="400" paddingBlockEnd="200">
        <BlockStack gap="100">
          <Text as="h2" variant="headingMd">
            {t('cycle.states.title', { length })}
          </Text>
          <Text as="p">
            {t('cycle.again', {
              again: format.count(again.customers),
              customers: t('customers', { count: again.of, n: format.count(again.of) }),
              share: format.share(ratio(again.customers, again.of)),
              length,
            })}
          </Text>
          <Text as="p" tone="subdued">
            {t('cycle.states.note')}
          </Text>
        </BlockStack>
      </Box>
      <div className="rk-runs">
        <IndexTable
          selectable={false}
          itemCount={states.length}
          resourceName={{ singular: t('cycle.states.one'), plural: t('cycle.states.many') }}
          headings={[
            { title: t('cycle.states.state') },
            { title: t('segmentTable.customers'), alignment: 'end' },
            { title: t('segmentTable.share'), alignment: 'end' },
            { title: t('segmentTable.money'), alignment: 'end' },
            { title: t('cycle.states.repeat'), alignment: 'end' },
          ]}
        >
          {states.map(({ state, days, customers, repeat, monetary }, position) => (
            <IndexTable.Row id={state} key={state} position={position}>
              <IndexTable.Cell as="th" scope="row">
                <Link url={`/app/cycle/${state}`} dataPrimaryLink removeUnderline={false}>
                  {t(`cycle.state.${state}`)}
                </Link>
                <div className="rk-row-note">
                  {state === 'no-order' ? t('cycle.lastOrder.none') : <LastOrder days={days} />}
                </div>
              </IndexTable.Cell>
              <IndexTable.Cell className="rk-number">{format.count(customers)}</IndexTable.Cell>
              <IndexTable.Cell className="rk-number">{format.share(ratio(customers, all))}</IndexTable.Cell>
              <IndexTable.Cell className="rk-number">
                <Amount minor={monetary} text={format.wholeMoney(monetary)} />
              </IndexTable.Cell>
              <IndexTable.Cell className="rk-number">{format.count(repeat)}</IndexTable.Cell>
            </IndexTable.Row>
          ))}
        </IndexTable>
      </div>
    </Card>
  );
}

/** The days of the last order in words: "From 1 Oct 2026 to 3 Oct 2026". */
function LastOrder({ days }: { days: Days | null }) {
  const { t } = useTranslation();
  const format = useFormat();
  if (days === null) return t('cycle.lastOrder.nobody');
  const { from, to } = days;
  if (from === null) return to === null ? null : t('cycle.lastOrder.until', { day: format.day(to) });
  if (to === null) return t('cycle.lastOrder.since', { day: format.day(from) });
  return t('cycle.lastOrder.between', { from: format.day(from), to: format.day(to) });
}

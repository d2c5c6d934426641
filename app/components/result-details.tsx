import { BlockStack, Card, Text } from '@shopify/polaris';
import { useTranslation } from 'react-i18next';
import type { CampaignFigures } from '#app/campaigns/figures.ts';
import { useFormat } from '#app/i18n/format.tsx';
import './proof.css';

/** What followed each step, how the arms of experiments compare, and to which segments both groups went. */
export function ResultDetails({ figures, final }: { figures: CampaignFigures; final: boolean }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { steps, arms, movement } = figures;
  const money = (value: number | null) =>
    value === null ? t('campaignResult.notKnown') : format.money(Math.round(value));
  const step = (place: number) => t('campaignResult.stepNumber', { n: format.count(place + 1) });
  const arm = (place: number) => t('campaignResult.armNumber', { n: format.count(place + 1) });
  const share = (part: number, of: number) => format.share(of === 0 ? 0 : part / of);
  return (
    <>
      {steps.length > 0 && (
        <Table
          title={t('campaignResult.steps.title')}
          note={t('campaignResult.steps.note')}
          headings={[
            t('campaignResult.steps.step'),
            t('campaignResult.steps.given'),
            t('campaignResult.steps.redeemed'),
            t('campaignResult.steps.buyers'),
            t('campaignResult.steps.discount'),
            t('campaignResult.steps.profit'),
          ]}
          rows={steps.map((one) => [
            step(one.step),
            format.count(one.given),
            format.count(one.redeemed),
            format.count(one.buyers),
            money(one.discount),
            money(one.profit),
          ])}
        />
      )}
      {final && arms.length > 0 && (
        <Table
          title={t('campaignResult.arms.title')}
          note={t('campaignResult.arms.note')}
          headings={[
            t('campaignResult.arms.arm'),
            t('campaignResult.row.customers'),
            t('campaignResult.row.ordered'),
            t('campaignResult.row.profit'),
            t('campaignResult.arms.more'),
          ]}
          rows={arms.map((one) => [
            `${step(one.step)}, ${arm(one.arm)}`,
            format.count(one.customers),
            share(one.buyers, one.customers),
            money(one.profit === null ? null : one.profit / Math.max(1, one.customers)),
            one.more === null
              ? t(one.arm === 0 ? 'campaignResult.arms.first' : 'campaignResult.notKnown')
              : `${t('campaignResult.interval', {
                  difference: money(one.more.difference),
                  low: money(one.more.low),
                  high: money(one.more.high),
                })} ${t(one.differs ? 'campaignResult.arms.differs' : 'campaignResult.arms.same')}`,
          ])}
        />
      )}
      {movement.treated.of + movement.held.of > 0 && (
        <Table
          title={t('campaignResult.movement.title')}
          note={t('campaignResult.movement.note')}
          headings={[
            t('campaignResult.movement.group'),
            t('campaignResult.row.customers'),
            t('campaignResult.movement.better'),
            t('campaignResult.movement.worse'),
          ]}
          rows={(['treated', 'held'] as const).map((group) => {
            const { of, better, worse } = movement[group];
            return [
              t(`campaignResult.${group}`),
              format.count(of),
              `${format.count(better)} (${share(better, of)})`,
              `${format.count(worse)} (${share(worse, of)})`,
            ];
          })}
        />
      )}
    </>
  );
}

function Table({
  title,
  note,
  headings,
  rows,
}: {
  title: string;
  note: string;
  headings: readonly string[];
  rows: readonly (readonly string[])[];
}) {
  return (
    <Card>
      <BlockStack gap="300">
        <Text as="h2" variant="headingMd">
          {title}
        </Text>
        <Text as="p" tone="subdued">
          {note}
        </Text>
        <div className="rk-proof rk-proof-scroll">
          <table>
            <thead>
              <tr>
                {headings.map((heading) => (
                  <th key={heading} scope="col">
                    {heading}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rows.map(([first, ...others]) => (
                <tr key={first}>
                  <th scope="row">{first}</th>
                  {others.map((cell, place) => (
                    <td key={headings[place + 1]}>{cell}</td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </BlockStack>
    </Card>
  );
}

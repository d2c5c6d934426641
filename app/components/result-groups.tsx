import { BlockStack, Card, Text } from '@shopify/polaris';
import { useTranslation } from 'react-i18next';
import type { CampaignFigures, GroupSums } from '#app/campaigns/figures.ts';
import type { Interval } from '#app/campaigns/proportions.ts';
import { useFormat } from '#app/i18n/format.tsx';
import './proof.css';

/** Both groups side by side, everybody by what was meant for them, with the differences and how sure they are. */
export function ResultGroups({ figures }: { figures: CampaignFigures }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { treated, held, conversion, revenue, profit } = figures;
  const money = (value: number) => format.money(Math.round(value));
  const points = (value: number) =>
    t('campaignResult.points', { n: `${value < 0 ? '-' : ''}${format.points(value)}` });
  const interval = (of: Interval | null, text: (value: number) => string) =>
    of === null
      ? t('campaignResult.notKnown')
      : t('campaignResult.interval', {
          difference: text(of.difference),
          low: text(of.low),
          high: text(of.high),
        });
  const each = (sum: number | null, { customers }: GroupSums) =>
    sum === null || customers === 0 ? t('campaignResult.notKnown') : money(sum / customers);
  const bought = ({ buyers, customers }: GroupSums) =>
    t('campaignResult.ordered', {
      n: format.count(buyers),
      share: format.share(customers === 0 ? 0 : buyers / customers),
    });
  const rows: [string, (group: GroupSums) => string, string][] = [
    [t('campaignResult.row.customers'), ({ customers }) => format.count(customers), ''],
    [t('campaignResult.row.ordered'), bought, interval(conversion, points)],
    [t('campaignResult.row.orders'), ({ orders }) => format.count(orders), ''],
    [t('campaignResult.row.revenue'), (group) => each(group.revenue, group), interval(revenue, money)],
    [t('campaignResult.row.profit'), (group) => each(group.profit, group), interval(profit, money)],
    [t('campaignResult.row.discount'), ({ discount }) => money(discount), ''],
  ];
  return (
    <Card>
      <BlockStack gap="300">
        <Text as="h2" variant="headingMd">
          {t('campaignResult.groups')}
        </Text>
        <Text as="p" tone="subdued">
          {t('campaignResult.byIntention')}
        </Text>
        <div className="rk-proof rk-proof-scroll">
          <table>
            <thead>
              <tr>
                <th scope="col">{t('campaignResult.measure')}</th>
                <th scope="col">{t('campaignResult.treated')}</th>
                <th scope="col">{t('campaignResult.held')}</th>
                <th scope="col">{t('campaignResult.difference')}</th>
              </tr>
            </thead>
            <tbody>
              {rows.map(([name, text, difference]) => (
                <tr key={name}>
                  <th scope="row">{name}</th>
                  <td>{text(treated)}</td>
                  <td>{text(held)}</td>
                  <td>{difference}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </BlockStack>
    </Card>
  );
}

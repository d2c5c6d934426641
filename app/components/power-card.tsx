import { BlockStack, Button, Card, InlineStack, Text } from '@shopify/polaris';
import { useTranslation } from 'react-i18next';
import type { BaseRate } from '#app/campaigns/base-rate.ts';
import { powerAt, SHARES, suggestedShare, type BuyerMoney } from '#app/campaigns/power.ts';
import { ORDERED } from '#app/campaigns/verdict.ts';
import { useFormat } from '#app/i18n/format.tsx';
import type { Day } from '#app/rfm/calendar.ts';
import { PowerChart } from './power-chart.tsx';

/** What is asked of a campaign before it begins; `base` is what models/campaign-base tells. */
export type PowerCardProps = {
  base: {
    audience: number;
    from: Day;
    through: Day;
    rate: BaseRate | null;
    money: BuyerMoney | null;
    /** customers of whom it was looked up how they pay, and those of them who seem to wait for discounts */
    codes: { looked: number; waiting: number };
  };
  /** share that is held out, 0.05 to 0.5 */
  share: number;
  /** days through which orders are compared, and on which customers join */
  observeDays: number;
  joinDays: number;
  /** what is left of the price after product cost, 0 to 1; null = the merchant has not said */
  margin: number | null;
  /** takes the suggested share; without it nothing can be chosen */
  onShare?: (share: number) => void;
};

/** What a campaign of this size can show, with which share held out, and when. */
export function PowerCard({ base, share, observeDays, joinDays, margin, onShare }: PowerCardProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const { audience, rate } = base;
  const customers = (n: number) => t('customers', { count: n, n: format.count(n) });
  return (
    <Card>
      <BlockStack gap="300">
        <Text as="h2" variant="headingMd">
          {t('power.title')}
        </Text>
        {rate === null ? (
          <Text as="p">{t('power.unknown')}</Text>
        ) : (
          <>
            <Text as="p">
              {t('power.base', {
                rate: format.share(rate.rate),
                low: format.share(rate.low),
                high: format.share(rate.high),
                from: format.day(base.from),
                through: format.day(base.through),
                customers: customers(rate.similar),
              })}
              {rate.covered < 1 && ` ${t('power.covered', { share: format.share(rate.covered) })}`}
            </Text>
            <CanShow {...{ base, rate, share, margin }} />
            <Suggestion {...{ audience, rate, share }} {...(onShare && { onShare })} />
            <PowerChart
              shares={SHARES.map((one) => powerAt(audience, one, rate.rate, base.money, margin ?? 1))}
              chosen={share}
              profit={margin !== null}
            />
          </>
        )}
        {base.codes.looked > 0 && (
          <Text as="p">
            {t(base.codes.looked < audience ? 'power.waitingOfSome' : 'power.waiting', {
              waiting: format.count(base.codes.waiting),
              customers: customers(base.codes.looked),
              share: format.share(base.codes.waiting / base.codes.looked),
            })}
          </Text>
        )}
        <Text as="p">
          {t('power.duration', {
            count: joinDays + observeDays,
            n: format.count(joinDays + observeDays),
            days: t('power.days', { count: observeDays, n: format.count(observeDays) }),
          })}
        </Text>
      </BlockStack>
    </Card>
  );
}

type Known = Pick<PowerCardProps, 'share'> & { rate: BaseRate };

/** What shows at the chosen share. */
function CanShow({ base, rate, share, margin }: Known & Pick<PowerCardProps, 'base' | 'margin'>) {
  const { t } = useTranslation();
  const format = useFormat();
  const { treated, held, heldBuyers, rise, gain } = powerAt(
    base.audience,
    share,
    rate.rate,
    base.money,
    margin ?? 1,
  );
  return (
    <>
      <Text as="p">
        {t('power.groups', {
          share: format.share(share),
          treated: format.count(treated),
          held: format.count(held),
        })}{' '}
        {rise === null
          ? t('power.nothingShows')
          : t('power.rise', { from: format.share(rate.rate), to: format.share(rate.rate + rise) })}{' '}
        {rise !== null &&
          gain !== null &&
          t(margin === null ? 'power.revenue' : 'power.profit', { gain: format.money(Math.ceil(gain)) })}
      </Text>
      {margin === null && <Text as="p">{t('power.noMargin')}</Text>}
      {heldBuyers < ORDERED && (
        <Text as="p" fontWeight="semibold">
          {t('power.fewBuyers', { n: format.count(Math.round(heldBuyers)), least: format.count(ORDERED) })}
        </Text>
      )}
    </>
  );
}

/** Which share is suggested and why. */
function Suggestion({
  audience,
  rate,
  share,
  onShare,
}: Known & { audience: number; onShare?: (share: number) => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const suggested = suggestedShare(audience, rate.rate);
  const text = format.share(suggested.share);
  return (
    <InlineStack gap="300" blockAlign="center">
      <Text as="p">
        {t('power.suggested', { share: text })} {t(`power.because.${suggested.because}`)}
      </Text>
      {onShare && suggested.share !== share && (
        <Button onClick={() => onShare(suggested.share)}>{t('power.use', { share: text })}</Button>
      )}
    </InlineStack>
  );
}

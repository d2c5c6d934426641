import { BlockStack, InlineGrid, Select, Text } from '@shopify/polaris';
import { useTranslation } from 'react-i18next';
import type { Place } from '#app/campaigns/plan-reader.ts';
import { PLAN_LIMITS } from '#app/campaigns/plan.ts';
import type { OfferDraft } from './campaign-draft.ts';
import { MoneyField, NumberField, useFaultWords, useFormTerms } from './campaign-fields.tsx';
import { CollectionPicker } from './collection-picker.tsx';
import { useOfferedValues } from './use-offered-values.ts';
import { ValuePicker } from './value-picker.tsx';

const KINDS = ['none', 'free-shipping', 'percentage', 'amount', 'sample'] as const;
const GOODS = ['all', 'products', 'collections'] as const;

type OfferFieldsProps = {
  offer: OfferDraft;
  onChange: (offer: OfferDraft) => void;
  at: Place;
};

/** What a message offers. */
export function CampaignOfferFields({ offer, onChange, at }: OfferFieldsProps) {
  const { t } = useTranslation();
  const { faultsIn, shop } = useFormTerms();
  const wrong = useFaultWords();
  const { offered, nameOf, ask, loading } = useOfferedValues('product');
  const change = (patch: Partial<OfferDraft>): void => onChange({ ...offer, ...patch });
  const productName = (id: string): string =>
    nameOf(id) ?? shop.titles[id] ?? t('builder.productNumber', { id });
  const { kind } = offer;
  const priced = kind === 'percentage' || kind === 'amount';
  // Shopify holds the least value against what the discount is for, not against the whole order.
  const limited = priced && offer.on !== 'all';
  const picker = { offered, nameOf: productName, onType: ask, loading };
  return (
    <BlockStack gap="300">
      <InlineGrid columns={{ xs: 1, sm: 2 }} gap="300">
        <Select
          label={t('campaigns.offer.kind')}
          options={KINDS.map((value) => ({ value, label: t(`campaigns.offer.kinds.${value}`) }))}
          value={kind}
          onChange={(chosen) => change({ kind: KINDS.find((one) => one === chosen) ?? 'none' })}
        />
        {kind === 'percentage' && (
          <NumberField
            label={t('campaigns.offer.percent')}
            value={offer.percent}
            onChange={(percent) => change({ percent })}
            at={[...at, 'percent']}
            bounds={{ least: 1, most: 100 }}
            suffix="%"
          />
        )}
        {kind === 'amount' && (
          <MoneyField
            label={t('campaigns.offer.amount')}
            value={offer.amount}
            onChange={(amount) => change({ amount })}
            at={[...at, 'amount']}
          />
        )}
        {kind !== 'none' && kind !== 'sample' && (
          <MoneyField
            label={t(limited ? 'campaigns.offer.minimumOfGoods' : 'campaigns.offer.minimum')}
            helpText={t('campaigns.offer.minimumHelp')}
            value={offer.minimum}
            onChange={(minimum) => change({ minimum })}
            at={[...at, 'minimum']}
          />
        )}
        {priced && (
          <Select
            label={t('campaigns.offer.goods')}
            options={GOODS.map((value) => ({ value, label: t(`campaigns.offer.on.${value}`) }))}
            value={offer.on}
            // Numbers of products are none of collections.
            onChange={(chosen) => change({ on: GOODS.find((one) => one === chosen) ?? 'all', ids: [] })}
          />
        )}
      </InlineGrid>
      {priced && offer.on === 'products' && (
        <ValuePicker
          {...picker}
          label={t('campaigns.offer.products')}
          chosen={offer.ids}
          onChange={(ids) => change({ ids })}
          error={wrong(faultsIn(...at, 'on')[0]?.fault, { least: 1, most: PLAN_LIMITS.goods }).error}
        />
      )}
      {priced && offer.on === 'collections' && (
        <CollectionPicker
          chosen={offer.ids}
          onChange={(ids) => change({ ids })}
          error={wrong(faultsIn(...at, 'on')[0]?.fault, { least: 1, most: PLAN_LIMITS.goods }).error}
        />
      )}
      {kind === 'sample' && (
        <ValuePicker
          {...picker}
          label={t('campaigns.offer.sample')}
          chosen={offer.product === '' ? [] : [offer.product]}
          onChange={(chosen) => change({ product: chosen.at(-1) ?? '' })}
          error={faultsIn(...at, 'product').length > 0 ? t('campaigns.fault.empty') : undefined}
        />
      )}
      {kind !== 'none' && (
        <Text as="p" tone="subdued">
          {t('campaigns.offer.codeHelp')}
        </Text>
      )}
    </BlockStack>
  );
}

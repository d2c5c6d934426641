import { Banner, Select, Text } from '@shopify/polaris';
import { useTranslation } from 'react-i18next';
import { useFormat } from '#app/i18n/format.tsx';
import { useShopifySegments } from './use-shopify-segments.ts';

type Chosen = { gid: string; name: string };

type PickerProps = {
  chosen: Chosen | null;
  onChange: (chosen: Chosen | null) => void;
  error: string | undefined;
};

/** Chooses one of the segments in the shop's admin; one that is chosen and no longer there is said to be so. */
export function ShopifySegmentPicker({ chosen, onChange, error }: PickerProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const listed = useShopifySegments();
  if (listed.at === 'failed') {
    return (
      <Banner
        tone="warning"
        title={t('campaigns.shopifySegments.failed')}
        action={{ content: t('campaigns.shopifySegments.again'), onAction: listed.ask }}
      >
        <Text as="p">
          {chosen === null
            ? t('campaigns.shopifySegments.failedText')
            : t('campaigns.shopifySegments.stays', { name: chosen.name })}
        </Text>
      </Banner>
    );
  }
  const segments = listed.at === 'listed' ? listed.segments : null;
  if (segments?.length === 0 && chosen === null) {
    return (
      <Text as="p" tone="subdued">
        {t('campaigns.shopifySegments.none')}
      </Text>
    );
  }
  const known = segments?.some(({ gid }) => gid === chosen?.gid) ?? true;
  const options = (segments ?? []).map(({ gid, name, customers }) => ({
    value: gid,
    label:
      customers === null
        ? name
        : t('campaigns.shopifySegments.counted', {
            name,
            customers: t('customers', { count: customers, n: format.count(customers) }),
          }),
  }));
  const missing = chosen === null && error !== undefined ? t('campaigns.fault.empty') : error;
  const wrong =
    chosen !== null && !known ? t('campaigns.shopifySegments.gone', { name: chosen.name }) : missing;
  return (
    <Select
      label={t('campaigns.shopifySegments.label')}
      helpText={t('campaigns.shopifySegments.help')}
      disabled={segments === null}
      placeholder={segments === null ? t('campaigns.shopifySegments.asking') : t('campaigns.choose')}
      options={[
        ...options,
        ...(chosen === null || (known && segments !== null)
          ? []
          : [{ value: chosen.gid, label: chosen.name }]),
      ]}
      value={chosen?.gid ?? ''}
      onChange={(gid) => {
        const one = segments?.find((segment) => segment.gid === gid);
        if (one !== undefined) onChange({ gid, name: one.name });
      }}
      {...(wrong === undefined ? {} : { error: wrong })}
    />
  );
}

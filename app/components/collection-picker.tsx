import { useTranslation } from 'react-i18next';
import { useCollections } from './use-collections.ts';
import { ValuePicker } from './value-picker.tsx';

type PickerProps = {
  chosen: string[];
  onChange: (chosen: string[]) => void;
  error: string | undefined;
};

/** Chooses collections of the shop by their titles, which Shopify is asked for. */
export function CollectionPicker({ chosen, onChange, error }: PickerProps) {
  const { t } = useTranslation();
  const { offered, nameOf, ask, loading, failed } = useCollections(chosen);
  return (
    <ValuePicker
      label={t('campaigns.offer.collections')}
      chosen={chosen}
      onChange={onChange}
      offered={offered}
      nameOf={(id) => nameOf(id) ?? t('campaigns.offer.collectionNumber', { id })}
      onType={ask}
      loading={loading}
      error={failed ? t('campaigns.offer.collectionsFailed') : error}
    />
  );
}

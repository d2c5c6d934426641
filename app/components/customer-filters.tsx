import {
  Banner,
  BlockStack,
  Button,
  InlineGrid,
  InlineStack,
  Select,
  Text,
  TextField,
} from '@shopify/polaris';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '#app/i18n/format.tsx';
import { CHOICES, UNSCORED } from '#app/rfm/conditions.ts';
import { useScheme, useSegmentWords } from './scheme.tsx';
import { useCustomerSearch } from './use-customer-search.ts';

type CustomerFiltersProps = {
  chosen: {
    view: number | null;
    segment: string | null;
    tier: string | null;
    reach: string | null;
    /** Customers that a search found, null without one. */
    ids: number[] | null;
  };
  /** Saved segments. */
  views: { id: number; name: string }[];
  onFilter: (name: 'view' | 'segment' | 'tier' | 'reach', value: string) => void;
  /** Told whom a search found, null to end it. */
  onIds: (ids: number[] | null) => void;
};

/** What narrows the list of customers down: saved segments, segment, tier, reach, and a search that Shopify answers. */
export function CustomerFilters({ chosen, views, onFilter, onIds }: CustomerFiltersProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const { segments } = useScheme();
  const segmentWords = useSegmentWords();
  const [words, setWords] = useState('');
  const { state, search, clear } = useCustomerSearch(onIds);
  const all = { value: '', label: t('customerList.all') };
  const fields = [
    {
      name: 'view',
      label: t('customerList.view'),
      options: [all, ...views.map(({ id, name }) => ({ value: String(id), label: name }))],
    },
    {
      name: 'segment',
      label: t('customerList.segment'),
      options: [
        all,
        ...segments.map((slug) => ({ value: slug, label: segmentWords(slug).name })),
        { value: UNSCORED, label: t('segments.none') },
      ],
    },
    {
      name: 'tier',
      label: t('customerList.tier'),
      options: [all, ...CHOICES.tier.map((tier) => ({ value: tier, label: t(`tier.${tier}`) }))],
    },
    {
      name: 'reach',
      label: t('customerList.reach'),
      options: [
        all,
        ...(['any', 'email', 'sms'] as const).map((way) => ({
          value: way,
          label: t(`customerList.reachBy.${way}`),
        })),
      ],
    },
  ] as const;
  const end = (): void => {
    setWords('');
    clear();
    onIds(null);
  };
  return (
    <BlockStack gap="300">
      <InlineGrid columns={{ xs: 1, sm: 2, md: 4 }} gap="300">
        {fields.map(({ name, label, options }) => (
          <Select
            key={name}
            label={label}
            options={[...options]}
            value={String(chosen[name] ?? '')}
            onChange={(value) => onFilter(name, value)}
          />
        ))}
      </InlineGrid>
      <search>
        <form
          onSubmit={(event) => {
            event.preventDefault();
            if (words.trim() !== '') void search(words);
          }}
        >
          <InlineStack gap="200" blockAlign="end" wrap>
            <div className="rk-search">
              <TextField
                label={t('customerList.search')}
                autoComplete="off"
                maxLength={100}
                value={words}
                onChange={setWords}
                helpText={t('customerList.searchHelp')}
                connectedRight={
                  <Button submit loading={state.at === 'looking'}>
                    {t('customerList.find')}
                  </Button>
                }
              />
            </div>
          </InlineStack>
        </form>
      </search>
      {chosen.ids !== null && (
        <InlineStack gap="200" blockAlign="center">
          <Text as="span">
            {t('customerList.found', { count: chosen.ids.length, n: format.count(chosen.ids.length) })}
            {state.at === 'found' && state.more && ` ${t('customerList.foundMore')}`}
          </Text>
          <Button variant="plain" onClick={end}>
            {t('customerList.endSearch')}
          </Button>
        </InlineStack>
      )}
      {(state.at === 'denied' || state.at === 'failed') && (
        <Banner tone="warning">
          <Text as="p">{t(`customerList.noAnswer.${state.at}`)}</Text>
        </Banner>
      )}
    </BlockStack>
  );
}

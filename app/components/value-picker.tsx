import { Autocomplete, BlockStack, InlineStack, Tag } from '@shopify/polaris';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

/** A value to choose, and how it is called. */
export type Value = { value: string; label: string };

type ValuePickerProps = {
  label: string;
  chosen: string[];
  onChange: (chosen: string[]) => void;
  /** What can be chosen for the text typed. */
  offered: Value[];
  /** The name of a value that is chosen. */
  nameOf: (value: string) => string;
  /** Told what is typed, where the values come from elsewhere. */
  onType?: (text: string) => void;
  loading?: boolean;
  error?: string | undefined;
};

/** Chooses any of some values: by typing a part of their names, with keys or pointer; those chosen stand below. */
export function ValuePicker({
  label,
  chosen,
  onChange,
  offered,
  nameOf,
  onType,
  loading = false,
  error,
}: ValuePickerProps) {
  const { t } = useTranslation();
  const [text, setText] = useState('');
  const shown = offered.filter(({ label: name }) => name.toLowerCase().includes(text.trim().toLowerCase()));
  return (
    <BlockStack gap="150">
      <Autocomplete
        allowMultiple
        options={shown}
        selected={chosen}
        onSelect={onChange}
        loading={loading}
        emptyState={<span className="rk-none">{t('builder.noValue')}</span>}
        textField={
          <Autocomplete.TextField
            label={label}
            autoComplete="off"
            value={text}
            placeholder={t('builder.typeToFind')}
            {...(error === undefined ? {} : { error })}
            onFocus={() => onType?.(text)}
            onChange={(typed) => {
              setText(typed);
              onType?.(typed);
            }}
          />
        }
      />
      {chosen.length > 0 && (
        <InlineStack gap="100">
          {chosen.map((value) => (
            <Tag key={value} onRemove={() => onChange(chosen.filter((one) => one !== value))}>
              {nameOf(value)}
            </Tag>
          ))}
        </InlineStack>
      )}
    </BlockStack>
  );
}

import { Badge, Button, FormLayout, InlineStack, RadioButton, Select, TextField } from '@shopify/polaris';
import { useTranslation } from 'react-i18next';
import { useFormat } from '#app/i18n/format.tsx';
import './paint-grid.css';
import { NAME_CHARACTERS, OWN_COLORS, segmentFault, slugFrom, type OwnSegment } from '#app/rfm/own-scheme.ts';

type SegmentRowProps = {
  segments: readonly OwnSegment[];
  /** Which of them this is. */
  place: number;
  /** Whether the grid is painted with it. */
  chosen: boolean;
  /** Slugs it may not get, since stored segments have or had them; null = its own is stored and stays. */
  taken: readonly string[] | null;
  readOnly: boolean;
  onChoose: () => void;
  onChange: (segment: OwnSegment) => void;
  onRemove: () => void;
};

/** One segment of the merchant's own: to paint with, to name, to colour, and the slug its tag gets. */
export function SegmentRow(props: SegmentRowProps) {
  const { segments, place, chosen, taken, readOnly, onChoose, onChange, onRemove } = props;
  const { t } = useTranslation();
  const format = useFormat();
  const segment = segments[place]!;
  const { name, slug, color, cells } = segment;
  const fault = segmentFault(segments, place, taken ?? []);
  const ofName = fault === 'no-name' || fault === 'long-name' || fault === 'same-name';
  const others = [...segments.filter((_, at) => at !== place).map((one) => one.slug), ...(taken ?? [])];
  const rename = (next: string): void => {
    // A slug follows its name until somebody typed another one.
    const follows = taken !== null && slug === slugFrom(name, others);
    onChange({ ...segment, name: next, slug: follows ? slugFrom(next, others) : slug });
  };
  return (
    <FormLayout>
      <InlineStack gap="300" blockAlign="center" align="space-between">
        <RadioButton
          label={
            <>
              <span className={`rk-paint-swatch rk-paint-${color}`} aria-hidden="true" />
              {name.trim() === '' ? t('scheme.noName') : name}
            </>
          }
          name="scheme-brush"
          id={`scheme-brush-${place}`}
          checked={chosen}
          onChange={onChoose}
          disabled={readOnly}
        />
        <InlineStack gap="200" blockAlign="center">
          <Badge>{t('scheme.cells', { count: cells.length, n: format.count(cells.length) })}</Badge>
          {!readOnly && segments.length > 1 && (
            <Button
              variant="plain"
              tone="critical"
              onClick={onRemove}
              accessibilityLabel={t('scheme.removeOne', { segment: name })}
            >
              {t('scheme.remove')}
            </Button>
          )}
        </InlineStack>
      </InlineStack>
      {(chosen || fault !== null) && (
        <FormLayout.Group>
          <TextField
            label={t('scheme.name')}
            onFocus={onChoose}
            autoComplete="off"
            maxLength={NAME_CHARACTERS}
            value={name}
            onChange={rename}
            disabled={readOnly}
            error={fault !== null && ofName ? t(`scheme.problems.${fault}`) : false}
          />
          <Select
            label={t('scheme.color')}
            options={OWN_COLORS.map((value) => ({ value, label: t(`scheme.colors.${value}`) }))}
            value={color}
            onChange={(value) =>
              onChange({ ...segment, color: OWN_COLORS.find((one) => one === value) ?? color })
            }
            disabled={readOnly}
          />
          <TextField
            label={t('scheme.slug')}
            onFocus={onChoose}
            autoComplete="off"
            maxLength={NAME_CHARACTERS}
            value={slug}
            onChange={(value) => onChange({ ...segment, slug: value })}
            disabled={readOnly || taken === null}
            helpText={taken === null ? t('scheme.slugKept') : undefined}
            error={fault !== null && !ofName ? t(`scheme.problems.${fault}`) : false}
          />
        </FormLayout.Group>
      )}
    </FormLayout>
  );
}

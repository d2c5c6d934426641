import { Button, ButtonGroup, InlineStack, Select } from '@shopify/polaris';
import { useTranslation } from 'react-i18next';
import { COMPARED_MEASURES, MEASURES, PLANES, type Measure, type Plane } from '#app/rfm/planes.ts';

type GridChoiceProps = {
  plane: Plane;
  measure: Measure;
  view: 'map' | 'table';
  comparing: boolean;
  onChoose: (what: 'plane' | 'measure' | 'view', value: string) => void;
};

/** Chooses which two scores are shown, what of each cell, and as map or table. */
export function GridChoice({ plane, measure, view, comparing, onChoose }: GridChoiceProps) {
  const { t } = useTranslation();
  const measures = comparing ? COMPARED_MEASURES : MEASURES;
  return (
    <InlineStack gap="300" blockAlign="end">
      <Select
        label={t('grid.plane.title')}
        options={PLANES.map((value) => ({ value, label: t(`grid.plane.${value}`) }))}
        value={plane}
        onChange={(value) => onChoose('plane', value)}
      />
      <Select
        label={t('grid.measure.title')}
        options={measures.map((value) => ({ value, label: t(`grid.measure.${value}`) }))}
        value={measure}
        onChange={(value) => onChoose('measure', value)}
      />
      <ButtonGroup variant="segmented">
        {(['map', 'table'] as const).map((kind) => (
          <Button key={kind} pressed={view === kind} onClick={() => onChoose('view', kind)}>
            {t(kind === 'map' ? 'grid.asMap' : 'grid.asTable')}
          </Button>
        ))}
      </ButtonGroup>
    </InlineStack>
  );
}

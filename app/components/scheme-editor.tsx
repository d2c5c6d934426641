import { Banner, BlockStack, Button, Card, List, Select, Text } from '@shopify/polaris';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '#app/i18n/format.tsx';
import {
  MANAGEABLE_SEGMENTS,
  MOST_SEGMENTS,
  OWN_AXES,
  OWN_CELLS,
  OWN_COLORS,
  slugFrom,
  type OwnScheme,
  type OwnSegment,
} from '#app/rfm/own-scheme.ts';
import { schemeFaults, type SchemeFaults } from '#app/rfm/scheme-faults.ts';
import { Arrived } from './arrived.tsx';
import { PaintGrid } from './paint-grid.tsx';
import { codeOf } from './scheme.tsx';
import { SegmentRow } from './segment-row.tsx';

/** A segment while it is edited; `added` is one that is not stored yet. */
type SegmentDraft = OwnSegment & { added?: true };
/** A scheme of the merchant's own while it is edited. */
export type OwnDraft = Omit<OwnScheme, 'former' | 'segments'> & { segments: SegmentDraft[] };

type SchemeEditorProps = {
  draft: OwnDraft;
  /** Takes what a change makes of the draft as it is by then: a drag paints two cells in one moment. */
  onChange: (change: (draft: OwnDraft) => OwnDraft) => void;
  /** Slugs that stored segments have or had: tags carry them, and no new segment gets one. */
  taken: readonly string[];
  readOnly: boolean;
};

/** Segments with their names, colours and slugs, and the grid that is painted with them. */
export function SchemeEditor({ draft, onChange, taken, readOnly }: SchemeEditorProps) {
  const { t } = useTranslation();
  const { axes, segments } = draft;
  const [brush, setBrush] = useState(0);
  const chosen = Math.min(brush, segments.length - 1);
  const change = (next: (segments: SegmentDraft[]) => SegmentDraft[]): void =>
    onChange((latest) => ({ ...latest, segments: next(latest.segments) }));
  const paint = (cell: string): void =>
    change((latest) =>
      latest.map((segment, place) => {
        const others = segment.cells.filter((one) => one !== cell);
        return { ...segment, cells: place === chosen ? [...others, cell].toSorted() : others };
      }),
    );
  const add = (): void => {
    const name = t('scheme.newName', { n: segments.length + 1 });
    const slug = slugFrom(name, [...segments.map((segment) => segment.slug), ...taken]);
    const color = OWN_COLORS[segments.length % OWN_COLORS.length]!;
    change((latest) => [...latest, { name, slug, color, cells: [], added: true }]);
    setBrush(segments.length);
  };
  return (
    <Card>
      <BlockStack gap="400">
        <BlockStack gap="100">
          <Text as="h2" variant="headingMd">
            {t('scheme.editor')}
          </Text>
          <Text as="p">{t('scheme.how')}</Text>
        </BlockStack>
        <Select
          label={t('scheme.axes.label')}
          options={OWN_AXES.map((value) => ({ value, label: t(`scheme.axes.${value}`) }))}
          value={axes}
          onChange={(value) =>
            onChange((latest) => ({ ...latest, axes: OWN_AXES.find((one) => one === value) ?? axes }))
          }
          disabled={readOnly}
          helpText={t(`scheme.axes.help.${axes}`)}
        />
        <PaintGrid
          across={axes === 'rf' ? 'F' : 'FM'}
          paintedOf={(cell) =>
            segments
              .filter(({ cells }) => cells.includes(cell))
              .map(({ name, color }) => ({ name, color, code: codeOf(name) }))
          }
          onPaint={paint}
          readOnly={readOnly}
        />
        <Faults faults={schemeFaults(OWN_CELLS, segments)} across={axes === 'rf' ? 'F' : 'FM'} />
        <Text as="h3" variant="headingSm">
          {t('scheme.brushes')}
        </Text>
        <Arrived after={segments.length}>
          <ul className="rk-rows">
            {segments.map((segment, place) => (
              // oxlint-disable-next-line react/no-array-index-key -- name and slug are what is being typed
              <li key={place}>
                <SegmentRow
                  segments={segments}
                  place={place}
                  chosen={place === chosen}
                  taken={segment.added ? taken : null}
                  readOnly={readOnly}
                  onChoose={() => setBrush(place)}
                  onChange={(next) =>
                    change((latest) => latest.map((one, at) => (at === place ? next : one)))
                  }
                  onRemove={() => {
                    change((latest) => latest.filter((_, at) => at !== place));
                    if (place < chosen) setBrush(chosen - 1);
                  }}
                />
              </li>
            ))}
          </ul>
        </Arrived>
        {!readOnly && segments.length < MOST_SEGMENTS && (
          <div>
            <Button onClick={add}>{t('scheme.add')}</Button>
          </div>
        )}
        {segments.length > MANAGEABLE_SEGMENTS && (
          <Banner tone="warning">{t('scheme.many', { n: segments.length })}</Banner>
        )}
      </BlockStack>
    </Card>
  );
}

/** What keeps a scheme from being saved, by cell and by segment. */
function Faults({ faults, across }: { faults: SchemeFaults; across: string }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { holes, overlaps, unreachable } = faults;
  if (holes.length + overlaps.length + unreachable.length === 0) return null;
  const titled = (cell: string): string => `R${cell[0]} ${across}${cell[1]}`;
  return (
    <Banner tone="critical" title={t('scheme.faults.title')}>
      <List>
        {holes.length > 0 && (
          <List.Item>
            {t('scheme.faults.holes', {
              count: holes.length,
              cells: format.list(holes.map(titled)),
            })}
          </List.Item>
        )}
        {overlaps.map(({ cell, segments }) => (
          <List.Item key={cell}>
            {t('scheme.faults.overlap', { cell: titled(cell), segments: format.list(segments) })}
          </List.Item>
        ))}
        {unreachable.map((name) => (
          <List.Item key={name}>{t('scheme.faults.unreachable', { segment: name })}</List.Item>
        ))}
      </List>
    </Banner>
  );
}

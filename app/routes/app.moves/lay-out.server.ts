import { sankey, sankeyLinkHorizontal } from 'd3-sankey';
import type { SankeyLayout } from '#app/components/moves-sankey.tsx';
import { placesOf, type Edge, type Place } from '#app/rfm/moves.ts';
import type { Scheme } from '#app/rfm/schemes.ts';

type Side = 'before' | 'after';
type PlaceNode = { side: Side; place: Place };

/** The sizes it is drawn in, in pixels; `margin` is for the names on either side. */
const SIZES = {
  wide: { width: 1000, margin: 200, between: 20 },
  narrow: { width: 340, margin: 104, between: 30 },
} as const;
const HEIGHT = 620;
const EDGE = 14;
const BAR = 12;

/** Where the bars and ribbons of the moves lie, once for wide and once for narrow screens. Nothing to draw is null. */
export function layOutBoth(
  scheme: Scheme,
  edges: readonly Edge[],
): Record<keyof typeof SIZES, SankeyLayout> | null {
  if (edges.length === 0) return null;
  return { wide: layOut(scheme, edges, SIZES.wide), narrow: layOut(scheme, edges, SIZES.narrow) };
}

/** The bars of both days in the order of the scheme; their heights are numbers of customers. */
function layOut(
  scheme: Scheme,
  edges: readonly Edge[],
  { width, margin, between }: (typeof SIZES)[keyof typeof SIZES],
): SankeyLayout {
  const bars = (['before', 'after'] as const).flatMap((side) =>
    placesOf(scheme)
      .filter((place) => edges.some((edge) => edge[side] === place))
      .map((place) => ({ side, place })),
  );
  const at = (side: Side, place: Place): number =>
    bars.findIndex((bar) => bar.side === side && bar.place === place);
  const { nodes, links } = sankey<PlaceNode, Edge>()
    .nodeSort(null)
    .nodeWidth(BAR)
    .nodePadding(between)
    .extent([
      [margin, EDGE],
      [width - margin, HEIGHT - EDGE],
    ])({
    nodes: bars.map((bar) => ({ ...bar })),
    links: edges.map((edge) => ({
      ...edge,
      source: at('before', edge.before),
      target: at('after', edge.after),
      value: edge.people,
    })),
  });
  const path = sankeyLinkHorizontal();
  return {
    width,
    height: HEIGHT,
    bars: nodes.map(({ side, place, value = 0, x0 = 0, x1 = 0, y0 = 0, y1 = 0 }) => ({
      side,
      place,
      people: value,
      x: round(x0),
      y: round(y0),
      width: round(x1 - x0),
      height: round(y1 - y0),
    })),
    ribbons: links.map((link) => ({
      before: link.before,
      after: link.after,
      people: link.people,
      path: path(link)?.replaceAll(/\d+\.\d+/g, (number) => String(round(Number(number)))) ?? '',
      thickness: round(link.width ?? 0),
    })),
  };
}

const round = (pixels: number): number => Math.round(pixels * 100) / 100;

import { Link } from '@remix-run/react';
import { useRef, useState, type KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '#app/i18n/format.tsx';
import { directionOf, type Edge, type Place } from '#app/rfm/moves.ts';
import { moversPath, type Compared } from './moves-links.ts';
import { DIRECTION_SIGN, usePlaceName } from './moves-words.ts';
import { useScheme } from './scheme.tsx';
import './moves.css';

/** Where the bars of the two days and the ribbons between them lie, in pixels. */
export type SankeyLayout = {
  width: number;
  height: number;
  bars: {
    side: 'before' | 'after';
    place: Place;
    people: number;
    x: number;
    y: number;
    width: number;
    height: number;
  }[];
  /** The path is the middle of the ribbon. */
  ribbons: (Edge & { path: string; thickness: number })[];
};

const STEPS: Record<string, number> = { ArrowUp: -1, ArrowLeft: -1, ArrowDown: 1, ArrowRight: 1 };
/** A thinner ribbon could not be seen. */
const THINNEST = 1.5;

/**
 * The moves as ribbons from the segments of the first day to those of the second. Each ribbon is a link to the customers
 * behind it; the arrow keys go from one to the next. What its colour says is also said by its sign and in words.
 */
export function MovesSankey({
  days,
  layout,
}: {
  days: Compared;
  layout: Record<'wide' | 'narrow', SankeyLayout>;
}) {
  const { t } = useTranslation();
  const format = useFormat();
  const label = t('moves.chart', { from: format.day(days.from), to: format.day(days.to) });
  return (
    <>
      <figure className="rk-sankey-wide" aria-label={label}>
        <Ribbons days={days} layout={layout.wide} lines={1} />
      </figure>
      <figure className="rk-sankey-narrow" aria-label={label}>
        <Ribbons days={days} layout={layout.narrow} lines={2} />
      </figure>
    </>
  );
}

function Ribbons({ days, layout, lines }: { days: Compared; layout: SankeyLayout; lines: 1 | 2 }) {
  const { t } = useTranslation();
  const format = useFormat();
  const nameOf = usePlaceName();
  const scheme = useScheme();
  const chart = useRef<SVGSVGElement>(null);
  const [current, setCurrent] = useState(0);
  const { width, height, bars, ribbons } = layout;
  const inTabOrder = Math.min(current, ribbons.length - 1);
  const go = (to: number): void => {
    const at = Math.min(ribbons.length - 1, Math.max(0, to));
    setCurrent(at);
    chart.current?.querySelectorAll<SVGAElement>('a')[at]?.focus();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = STEPS[event.key];
    if (step !== undefined) go(inTabOrder + step);
    else if (event.key === 'Home') go(0);
    else if (event.key === 'End') go(ribbons.length - 1);
    else return;
    event.preventDefault();
  };
  return (
    <svg className="rk-sankey" ref={chart} viewBox={`0 0 ${width} ${height}`}>
      {ribbons.map(({ before, after, people, path, thickness }, at) => {
        const direction = directionOf(scheme, before, after);
        const text = t('moves.edge', {
          from: nameOf(before),
          to: nameOf(after),
          customers: t('customers', { count: people, n: format.count(people) }),
          direction: t(`moves.direction.${direction}`),
        });
        return (
          <Link
            key={`${before} ${after}`}
            to={moversPath(days, { before, after })}
            className={`rk-ribbon rk-${direction}`}
            aria-label={text}
            tabIndex={at === inTabOrder ? 0 : -1}
            onFocus={() => setCurrent(at)}
            onKeyDown={onKeyDown}
          >
            <title>{`${DIRECTION_SIGN[direction]} ${text}`}</title>
            <path d={path} strokeWidth={Math.max(THINNEST, thickness)} />
          </Link>
        );
      })}
      {bars.map(({ side, place, people, x, y, width: thick, height: long }) => {
        const left = side === 'before';
        const middle = y + long / 2;
        const textAt = { x: left ? x - 8 : x + thick + 8, textAnchor: left ? 'end' : 'start' } as const;
        return (
          <g key={`${side} ${place}`} aria-hidden="true">
            <rect className="rk-bar" x={x} y={y} width={thick} height={Math.max(1, long)} />
            {lines === 1 ? (
              <text {...textAt} y={middle} dominantBaseline="middle">
                {nameOf(place)} <tspan className="rk-bar-count">{format.count(people)}</tspan>
              </text>
            ) : (
              <>
                <text {...textAt} y={middle - 2}>
                  {nameOf(place)}
                </text>
                <text {...textAt} y={middle + 11} className="rk-bar-count">
                  {format.count(people)}
                </text>
              </>
            )}
          </g>
        );
      })}
    </svg>
  );
}

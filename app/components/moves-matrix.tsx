import { Link } from '@remix-run/react';
import { Scrollable } from '@shopify/polaris';
import { useTranslation } from 'react-i18next';
import { useFormat } from '#app/i18n/format.tsx';
import { directionOf, placesOf, total, type Edge, type Place } from '#app/rfm/moves.ts';
import { DIRECTION_SIGN, usePlaceName } from './moves-words.ts';
import { useScheme } from './scheme.tsx';
import './moves.css';

/** What a side is called, and the sum of it. */
type Side = { name: string; total: string };

type MovesMatrixProps = {
  from: Side;
  to: Side;
  edges: Edge[];
  /** Where the people behind a move are listed, if they are anywhere. */
  pathOf?: (edge: Edge) => string;
};

/** From the segments of one side, a row each, to those of the other, with the totals of both. */
export function MovesMatrix({ from, to, edges, pathOf }: MovesMatrixProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const nameOf = usePlaceName();
  const scheme = useScheme();
  // Of other schemes only what somebody was in.
  const places = placesOf(scheme).filter(
    (place) =>
      place === null ||
      scheme.segments.includes(place) ||
      edges.some(({ before, after }) => before === place || after === place),
  );
  const sum = (side: 'before' | 'after', place: Place) =>
    format.count(total(edges.filter((edge) => edge[side] === place)));
  return (
    // Where no cell is a link, whoever has no mouse scrolls the frame itself.
    <Scrollable horizontal vertical={false} focusable>
      <table className="rk-matrix" aria-label={t('moves.matrix.title')}>
        <thead>
          <tr>
            <th scope="col">{t('moves.matrix.corner', { from: from.name, to: to.name })}</th>
            {places.map((after) => (
              <th scope="col" key={after}>
                {nameOf(after)}
              </th>
            ))}
            <th scope="col" className="rk-sum">
              {from.total}
            </th>
          </tr>
        </thead>
        <tbody>
          {places.map((before) => (
            <tr key={before}>
              <th scope="row">{nameOf(before)}</th>
              {places.map((after) => (
                <MatrixCell
                  key={after}
                  pathOf={pathOf}
                  edge={
                    edges.find((edge) => edge.before === before && edge.after === after) ?? {
                      before,
                      after,
                      people: 0,
                    }
                  }
                />
              ))}
              <td className="rk-sum">{sum('before', before)}</td>
            </tr>
          ))}
          <tr>
            <th scope="row" className="rk-sum">
              {to.total}
            </th>
            {places.map((after) => (
              <td key={after} className="rk-sum">
                {sum('after', after)}
              </td>
            ))}
            <td className="rk-sum">{format.count(total(edges))}</td>
          </tr>
        </tbody>
      </table>
    </Scrollable>
  );
}

function MatrixCell({ edge, pathOf }: { edge: Edge; pathOf: MovesMatrixProps['pathOf'] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const nameOf = usePlaceName();
  const { before, after, people } = edge;
  const direction = directionOf(useScheme(), before, after);
  // Who is unscored on both days is not counted.
  if (before === null && after === null) return <td className="rk-stayed">–</td>;
  if (people === 0) return <td className={direction === 'stayed' ? 'rk-stayed' : 'rk-nobody'}>0</td>;
  const figure = (
    <>
      {direction !== 'stayed' && <span aria-hidden="true">{DIRECTION_SIGN[direction]} </span>}
      {format.count(people)}
    </>
  );
  if (pathOf === undefined) return <td className={`rk-${direction}`}>{figure}</td>;
  return (
    <td className={`rk-${direction}`}>
      <Link
        to={pathOf({ before, after, people })}
        aria-label={t('moves.matrix.cell', {
          from: nameOf(before),
          to: nameOf(after),
          count: people,
          n: format.count(people),
          direction: t(`moves.direction.${direction}`),
        })}
      >
        {figure}
      </Link>
    </td>
  );
}

import { Link } from '@remix-run/react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '#app/i18n/format.tsx';
import { directionOf, PLACES, total, type Edge, type Place } from '#app/rfm/moves.ts';
import { moversPath, type Compared } from './moves-links.ts';
import { DIRECTION_SIGN, usePlaceName } from './moves-words.ts';
import './moves.css';

/** The chart's twin: from the segments of the first day, a row each, to those of the second, with the totals of both. */
export function MovesMatrix({ days, edges }: { days: Compared; edges: Edge[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const nameOf = usePlaceName();
  const [from, to] = [format.day(days.from), format.day(days.to)];
  const sum = (side: 'before' | 'after', place: Place) =>
    format.count(total(edges.filter((edge) => edge[side] === place)));
  return (
    <div className="rk-matrix-frame">
      <table className="rk-matrix" aria-label={t('moves.matrix.title')}>
        <thead>
          <tr>
            <th scope="col">{t('moves.matrix.corner', { from, to })}</th>
            {PLACES.map((after) => (
              <th scope="col" key={after}>
                {nameOf(after)}
              </th>
            ))}
            <th scope="col" className="rk-sum">
              {t('moves.matrix.total', { day: from })}
            </th>
          </tr>
        </thead>
        <tbody>
          {PLACES.map((before) => (
            <tr key={before}>
              <th scope="row">{nameOf(before)}</th>
              {PLACES.map((after) => (
                <MatrixCell
                  key={after}
                  days={days}
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
              {t('moves.matrix.total', { day: to })}
            </th>
            {PLACES.map((after) => (
              <td key={after} className="rk-sum">
                {sum('after', after)}
              </td>
            ))}
            <td className="rk-sum">{format.count(total(edges))}</td>
          </tr>
        </tbody>
      </table>
    </div>
  );
}

function MatrixCell({ days, edge }: { days: Compared; edge: Edge }) {
  const { t } = useTranslation();
  const format = useFormat();
  const nameOf = usePlaceName();
  const { before, after, people } = edge;
  const direction = directionOf(before, after);
  // Who is unscored on both days is not counted.
  if (before === null && after === null) return <td className="rk-stayed">–</td>;
  if (people === 0) return <td className={direction === 'stayed' ? 'rk-stayed' : 'rk-nobody'}>0</td>;
  return (
    <td className={`rk-${direction}`}>
      <Link
        to={moversPath(days, edge)}
        aria-label={t('moves.edge', {
          from: nameOf(before),
          to: nameOf(after),
          customers: t('customers', { count: people, n: format.count(people) }),
          direction: t(`moves.direction.${direction}`),
        })}
      >
        {direction !== 'stayed' && <span aria-hidden="true">{DIRECTION_SIGN[direction]} </span>}
        {format.count(people)}
      </Link>
    </td>
  );
}

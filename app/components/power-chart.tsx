import { useTranslation } from 'react-i18next';
import type { Power } from '#app/campaigns/power.ts';
import { useFormat } from '#app/i18n/format.tsx';
import './proof.css';

const WIDTH = 480;
const HEIGHT = 120;
const EDGE = 8;

/**
 * How small a rise shows by the share that is held out, as a line with its numbers as a table beneath.
 * @param profit whether money is profit; otherwise it is revenue
 */
export function PowerChart({
  shares,
  chosen,
  profit,
}: {
  shares: readonly Power[];
  chosen: number;
  profit: boolean;
}) {
  const { t } = useTranslation();
  const format = useFormat();
  const shown = shares.filter((one): one is Power & { rise: number } => one.rise !== null);
  if (shown.length < 2) return null;
  const most = Math.max(...shown.map(({ rise }) => rise));
  const [first, last] = [shown[0]!.share, shown.at(-1)!.share];
  const x = (share: number) => EDGE + ((share - first) / (last - first)) * (WIDTH - 2 * EDGE);
  const y = (rise: number) => HEIGHT - EDGE - (rise / most) * (HEIGHT - 2 * EDGE);
  const points = shown.map(({ share, rise }) => `${x(share).toFixed(1)},${y(rise).toFixed(1)}`);
  const nearest = shown.reduce((best, one) =>
    Math.abs(one.share - chosen) < Math.abs(best.share - chosen) ? one : best,
  );
  const up = (rise: number) => t('power.points', { n: format.points(rise) });
  return (
    <figure className="rk-proof" aria-label={t('power.chart')}>
      <figcaption>{t('power.chart')}</figcaption>
      <div className="rk-proof-ends" aria-hidden="true">
        <span>{up(shown[0]!.rise)}</span>
        <span>{up(shown.at(-1)!.rise)}</span>
      </div>
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} aria-hidden="true">
        <line className="rk-proof-axis" x1="0" x2={WIDTH} y1={HEIGHT - 1} y2={HEIGHT - 1} />
        <polyline className="rk-proof-line" points={points.join(' ')} />
        <circle className="rk-proof-dot" cx={x(nearest.share)} cy={y(nearest.rise)} r="6" />
      </svg>
      <div className="rk-proof-ends" aria-hidden="true">
        <span>{format.share(first)}</span>
        <span>{format.share(last)}</span>
      </div>
      <details>
        <summary>{t('power.numbers')}</summary>
        <div className="rk-proof-scroll">
          <table>
            <thead>
              <tr>
                <th scope="col">{t('power.column.share')}</th>
                <th scope="col">{t('power.column.held')}</th>
                <th scope="col">{t('power.column.rise')}</th>
                <th scope="col">{t(profit ? 'power.column.profit' : 'power.column.revenue')}</th>
              </tr>
            </thead>
            <tbody>
              {shown.map(({ share, held, rise, gain }) => (
                <tr key={share}>
                  <th scope="row">{format.share(share)}</th>
                  <td>{format.count(held)}</td>
                  <td>{up(rise)}</td>
                  <td>{gain === null ? t('power.notKnown') : format.money(Math.ceil(gain))}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </details>
    </figure>
  );
}

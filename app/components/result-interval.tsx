import { useTranslation } from 'react-i18next';
import type { Interval } from '#app/campaigns/proportions.ts';
import './proof.css';

const WIDTH = 480;
const HEIGHT = 48;
const EDGE = 10;

/** An interval drawn on a line with nothing at its place, and in words beneath. */
export function ResultInterval({
  interval: { difference, low, high },
  label,
  text,
}: {
  interval: Interval;
  label: string;
  /** a value in words */
  text: (value: number) => string;
}) {
  const { t } = useTranslation();
  const [least, most] = [Math.min(low, 0), Math.max(high, 0)];
  const x = (value: number) =>
    most === least ? WIDTH / 2 : EDGE + ((value - least) / (most - least)) * (WIDTH - 2 * EDGE);
  const middle = HEIGHT / 2;
  const side = low > 0 ? ' rk-proof-more' : high < 0 ? ' rk-proof-less' : '';
  return (
    <figure className="rk-proof" aria-label={label}>
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} aria-hidden="true">
        <line className="rk-proof-axis" x1="0" x2={WIDTH} y1={middle} y2={middle} />
        <line className="rk-proof-zero" x1={x(0)} x2={x(0)} y1="2" y2={HEIGHT - 2} />
        <line className={`rk-proof-range${side}`} x1={x(low)} x2={x(high)} y1={middle} y2={middle} />
        <circle className={`rk-proof-dot${side}`} cx={x(difference)} cy={middle} r="7" />
      </svg>
      <table>
        <thead>
          <tr>
            <th scope="col">{label}</th>
            <th scope="col">{t('campaignResult.low')}</th>
            <th scope="col">{t('campaignResult.estimate')}</th>
            <th scope="col">{t('campaignResult.high')}</th>
          </tr>
        </thead>
        <tbody>
          <tr>
            <th scope="row">{t('campaignResult.perCustomer')}</th>
            <td>{text(low)}</td>
            <td>{text(difference)}</td>
            <td>{text(high)}</td>
          </tr>
        </tbody>
      </table>
    </figure>
  );
}

import { linePoints } from './chart-scale.ts';
import './segments.css';

/** The course of some counts as a small line without numbers; what it says stands beside it in words. */
export function Sparkline({ counts }: { counts: readonly number[] }) {
  const [least, most] = [Math.min(...counts), Math.max(...counts)];
  // A course that never changes runs through the middle.
  const axis =
    least === most ? { from: least - 1, to: most + 1, marks: [] } : { from: least, to: most, marks: [] };
  return (
    <svg className="rk-sparkline" viewBox="-3 -8 106 116" preserveAspectRatio="none" aria-hidden="true">
      <polyline points={linePoints(counts, axis)} />
    </svg>
  );
}

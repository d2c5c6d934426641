import { AT_RISK_PARTS, type AtRiskPart } from '#app/components/at-risk-choice.tsx';
import type { SegmentSlug } from '#app/rfm/schemes.ts';

/** Which part of the list, of which of its segments, an address asks for; everybody who is to do otherwise. */
export function parseAtRisk(
  search: URLSearchParams,
  segments: readonly SegmentSlug[],
): {
  part: AtRiskPart;
  /** null = all of them */
  segment: SegmentSlug | null;
} {
  return {
    part: AT_RISK_PARTS.find((part) => part === search.get('show')) ?? 'to-do',
    segment: segments.find((segment) => segment === search.get('segment')) ?? null,
  };
}

import type { PlanFault } from '#app/campaigns/plan-reader.ts';

/** What came of what the form sent. */
export type CampaignAnswer =
  | { result: 'saved'; id: number; revision: number }
  /** the same form made a campaign before, of which this is not what it says */
  | { result: 'made-before'; id: number }
  | { result: 'invalid'; name: boolean; faults: PlanFault[] }
  | { result: 'gone' | 'changed-elsewhere' | 'not-now' | 'too-many' };

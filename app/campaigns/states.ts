/** Where a campaign stands. Only a draft can be deleted; stopped and finished ones stay as they ended. */
export const STATES = ['draft', 'scheduled', 'running', 'paused', 'stopped', 'finished'] as const;
export type CampaignState = (typeof STATES)[number];

/**
 * What can be done with a campaign. `pause` is also what guards do; `finish` is what the passing of its days does.
 */
export type CampaignMove = 'schedule' | 'unschedule' | 'launch' | 'pause' | 'resume' | 'stop' | 'finish';

const MOVES: Readonly<Record<CampaignMove, { from: readonly CampaignState[]; to: CampaignState }>> = {
  schedule: { from: ['draft'], to: 'scheduled' },
  unschedule: { from: ['scheduled'], to: 'draft' },
  launch: { from: ['draft', 'scheduled'], to: 'running' },
  pause: { from: ['running'], to: 'paused' },
  resume: { from: ['paused'], to: 'running' },
  stop: { from: ['running', 'paused'], to: 'stopped' },
  finish: { from: ['running'], to: 'finished' },
};

/** The state a move leads to, null when it is not a legal one. */
export function stateAfter(state: CampaignState, move: CampaignMove): CampaignState | null {
  return MOVES[move].from.includes(state) ? MOVES[move].to : null;
}

/** What can be done with a campaign in a state. */
export function legalMoves(state: CampaignState): CampaignMove[] {
  return (Object.keys(MOVES) as CampaignMove[]).filter((move) => stateAfter(state, move) !== null);
}

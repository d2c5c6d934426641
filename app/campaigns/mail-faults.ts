import type { PlanFault } from './plan-reader.ts';
import type { CampaignPlan } from './plan.ts';
import { parseTemplate, tagsOf } from './template.ts';

/**
 * What is missing before a plan can go out by e-mail: a subject and a text in every arm, and in a survey the link to
 * it. A draft may lack them; a launch may not. None where codes only are given.
 */
export function mailFaults({ delivery, ladder }: CampaignPlan): PlanFault[] {
  if (delivery !== 'mail') return [];
  return ladder.flatMap(({ kind, branches }, step) =>
    branches.flatMap(({ arms }, branch) =>
      arms.flatMap(({ subject, body }, arm): PlanFault[] => {
        const at = ['ladder', step, 'branches', branch, 'arms', arm];
        const empty = Object.entries({ subject, body }).filter(([, text]) => text.trim() === '');
        const parsed = parseTemplate(body, 'body');
        const asks = parsed.ok && tagsOf(parsed.parts).has('survey.link');
        return [
          ...empty.map(([key]): PlanFault => ({ at: [...at, key], fault: 'empty' })),
          ...(kind === 'survey' && !asks && body.trim() !== ''
            ? [{ at: [...at, 'body'], fault: 'no-survey-link' } satisfies PlanFault]
            : []),
        ];
      }),
    ),
  );
}

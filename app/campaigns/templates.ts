import type { Arm, AudiencePlan, CampaignPlan, Offer, Step } from './plan.ts';

/** A message that a template brings; its words are in i18n under these names. */
export const TEMPLATE_TEXTS = [
  'welcome-back',
  'news',
  'picks',
  'guide',
  'early-access',
  'personal',
  'free-shipping',
  'percentage',
  'ends-soon',
  'why',
] as const;
export type TemplateText = (typeof TEMPLATE_TEXTS)[number];
export type Words = { subject: string; body: string };

type TemplateArm = { offer: Offer; text: TemplateText };
type TemplateStep = { kind: Step['kind']; waitDays: number; arms: TemplateArm[] };

const NONE: Offer = { kind: 'none' };
const FREE_SHIPPING: TemplateArm = { offer: { kind: 'free-shipping', minimum: null }, text: 'free-shipping' };
const off = (percent: number): TemplateArm => ({
  offer: { kind: 'percentage', percent, minimum: null, on: { kind: 'all' } },
  text: 'percentage',
});
const says = (text: TemplateText): TemplateArm => ({ offer: NONE, text });
const step = (waitDays: number, ...arms: TemplateArm[]): TemplateStep => ({
  kind: 'message',
  waitDays,
  arms,
});
const reminder = (waitDays: number): TemplateStep => ({
  kind: 'reminder',
  waitDays,
  arms: [says('ends-soon')],
});
const survey = (waitDays: number): TemplateStep => ({ kind: 'survey', waitDays, arms: [says('why')] });

/**
 * The ladder of each of the ten segments, after the tactics that the sources name for it (components/playbook-tactics.ts).
 * A discount stands last wherever there is one, and those who buy anyway get none.
 */
const LADDERS = {
  champions: [step(0, says('early-access'))],
  loyal: [step(0, says('picks')), step(7, says('early-access'))],
  'potential-loyalists': [step(0, says('guide')), step(5, says('picks')), step(7, off(10))],
  new: [step(0, says('guide')), step(7, says('picks')), step(7, FREE_SHIPPING)],
  promising: [step(0, says('picks')), step(5, off(10))],
  'needs-attention': [step(0, says('welcome-back')), step(3, says('picks')), step(3, off(10))],
  'about-to-sleep': [step(0, says('news')), step(5, FREE_SHIPPING)],
  'at-risk': [step(0, says('welcome-back')), step(5, FREE_SHIPPING), step(7, off(10))],
  'cant-lose-them': [step(0, says('personal')), step(5, FREE_SHIPPING), step(7, off(15)), reminder(4)],
  hibernating: [step(0, says('welcome-back'), says('news')), step(5, off(20)), survey(9)],
} as const satisfies Record<string, readonly TemplateStep[]>;

/** A segment of the ten-segment grid that a template is for. */
export type TemplateName = keyof typeof LADDERS;
export const TEMPLATE_NAMES = Object.keys(LADDERS) as TemplateName[];

/** Days a code holds: short, and said. */
const VALID_DAYS = 7;

/**
 * A plan that is ready to be looked through, for segments that are, or are nearest to, one of the ten. It is Manual with
 * codes only, so that it works without any set-up and nothing goes out that nobody saw.
 * @param words the messages in a language
 * @param holdOut share that gets nothing
 */
export function templatePlan(
  name: TemplateName,
  source: AudiencePlan['source'],
  words: (text: TemplateText) => Words,
  holdOut: number,
): CampaignPlan {
  const arm = ({ offer, text }: TemplateArm): Arm => ({ offer, ...words(text), hour: null });
  return {
    audience: {
      source,
      leaveOut: [],
      consent: 'email',
      restDays: 30,
      quietDays: QUIET_DAYS[name] ?? 30,
      // Who buys often is reached before they are late, and others once they are.
      overdueOnly: !BEFORE_LATE.has(name),
    },
    holdOut,
    observeDays: 60,
    joinDays: 0,
    again: { kind: 'never' },
    mode: 'manual',
    delivery: 'codes',
    combines: false,
    guards: { budget: null, codesPerYear: 4, leastMargin: null },
    ladder: LADDERS[name].map(({ kind, waitDays, arms }): Step => ({
      kind,
      waitDays,
      validDays: VALID_DAYS,
      branches: [{ when: null, arms: arms.map(arm) }],
    })),
  };
}

/** Segments whose customers ordered lately: to wait until they are late would leave nearly all of them out. */
const BEFORE_LATE: ReadonlySet<TemplateName> = new Set([
  'champions',
  'loyal',
  'potential-loyalists',
  'new',
  'promising',
]);
const QUIET_DAYS: Partial<Record<TemplateName, number>> = {
  champions: 7,
  loyal: 7,
  'potential-loyalists': 14,
  new: 7,
  promising: 14,
};

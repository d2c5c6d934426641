import { longestTreatment } from './longest-treatment.ts';
import { PlanReader, type PlanFault, type Place, type Values } from './plan-reader.ts';
import {
  PLAN_LIMITS,
  type Arm,
  type Branch,
  type CampaignPlan,
  type Goods,
  type Offer,
  type Step,
} from './plan.ts';
import { SKIP_REASONS } from './skip-reasons.ts';

export type ParsedPlan = { ok: true; plan: CampaignPlan } | { ok: false; faults: PlanFault[] };

/** A plan out of what somebody sent, as text or object; everything that is wrong with it is named. */
export function parsePlan(sent: unknown): ParsedPlan {
  const faults: PlanFault[] = [];
  const reader = new PlanReader(faults);
  const root = reader.object(fromText(sent), []);
  const plan: CampaignPlan = {
    audience: audienceOf(reader, reader.object(root['audience'], ['audience'])),
    holdOut: reader.number(root, [], 'holdOut', PLAN_LIMITS.holdOut),
    observeDays: reader.whole(root, [], 'observeDays', PLAN_LIMITS.observeDays),
    joinDays: reader.whole(root, [], 'joinDays', { least: 0, most: PLAN_LIMITS.joinDays }),
    again: againOf(reader, reader.object(root['again'], ['again'])),
    mode: reader.one(root, [], 'mode', ['manual', 'live']),
    delivery: reader.one(root, [], 'delivery', ['codes', 'mail']),
    combines: reader.flag(root, [], 'combines'),
    guards: guardsOf(reader, reader.object(root['guards'], ['guards'])),
    ladder: reader.list(root, [], 'ladder', PLAN_LIMITS.steps, 1).map((step, i) => stepOf(reader, step, i)),
  };
  orderFaults(plan.ladder, faults);
  if (faults.length === 0 && longestTreatment(plan) > plan.observeDays)
    faults.push({ at: ['observeDays'], fault: 'too-short' });
  return faults.length === 0 ? { ok: true, plan } : { ok: false, faults };
}

export type ParsedAudience =
  { ok: true; audience: CampaignPlan['audience'] } | { ok: false; faults: PlanFault[] };

/** Who may take part, out of what somebody sent, as text or object. */
export function parseAudience(sent: unknown): ParsedAudience {
  const faults: PlanFault[] = [];
  const reader = new PlanReader(faults);
  const audience = audienceOf(reader, reader.object(fromText(sent), ['audience']));
  return faults.length === 0 ? { ok: true, audience } : { ok: false, faults };
}

function audienceOf(reader: PlanReader, audience: Values): CampaignPlan['audience'] {
  const at = ['audience'];
  const source = reader.object(audience['source'], [...at, 'source']);
  return {
    source: sourceOf(reader, source, [...at, 'source']),
    leaveOut: reader
      .list(audience, at, 'leaveOut', PLAN_LIMITS.leaveOut, 0)
      .map((id, i) => reader.id(id, [...at, 'leaveOut', i])),
    ...skippedOf(reader, audience, at),
    consent: reader.one(audience, at, 'consent', ['email', 'sms', 'either', 'any']),
    restDays: reader.whole(audience, at, 'restDays', { least: 0, most: PLAN_LIMITS.restDays }),
    quietDays: reader.whole(audience, at, 'quietDays', PLAN_LIMITS.quietDays),
    overdueOnly: reader.flag(audience, at, 'overdueOnly'),
  };
}

/** Plans that were stored before there was a choice name none. */
function skippedOf(
  reader: PlanReader,
  audience: Values,
  at: Place,
): Pick<CampaignPlan['audience'], 'leaveOutSkipped'> {
  if (audience['leaveOutSkipped'] === undefined) return {};
  const reasons = reader
    .list(audience, at, 'leaveOutSkipped', SKIP_REASONS.length, 0)
    .map((reason, i) => reader.one({ [i]: reason }, [...at, 'leaveOutSkipped'], String(i), SKIP_REASONS));
  return reasons.length === 0 ? {} : { leaveOutSkipped: [...new Set(reasons)] };
}

function sourceOf(reader: PlanReader, source: Values, at: Place): CampaignPlan['audience']['source'] {
  const kind = reader.one(source, at, 'kind', ['segments', 'saved', 'shopify']);
  if (kind === 'saved') return { kind, id: reader.id(source['id'], [...at, 'id']) };
  if (kind === 'shopify') {
    return {
      kind,
      gid: reader.segment(source['gid'], [...at, 'gid']),
      name: reader.text(source, at, 'name', 255, 1),
    };
  }
  const slugs = reader
    .list(source, at, 'slugs', 50, 1)
    .map((slug, i) => reader.string(slug, [...at, 'slugs', i], 80, 1));
  return { kind, slugs };
}

function againOf(reader: PlanReader, again: Values): CampaignPlan['again'] {
  const kind = reader.one(again, ['again'], 'kind', ['never', 'after', 'each-time']);
  if (kind !== 'after') return { kind };
  return { kind, days: reader.whole(again, ['again'], 'days', { least: 1, most: 3650 }) };
}

function guardsOf(reader: PlanReader, guards: Values): CampaignPlan['guards'] {
  const at = ['guards'];
  return {
    budget:
      guards['budget'] === null
        ? null
        : reader.whole(guards, at, 'budget', { least: 1, most: PLAN_LIMITS.money }),
    codesPerYear: reader.whole(guards, at, 'codesPerYear', { least: 1, most: PLAN_LIMITS.codesPerYear }),
    leastMargin:
      guards['leastMargin'] === null ? null : reader.number(guards, at, 'leastMargin', { least: 0, most: 1 }),
  };
}

function stepOf(reader: PlanReader, sent: unknown, place: number): Step {
  const at = ['ladder', place];
  const step = reader.object(sent, at);
  const least = place === 0 ? 0 : PLAN_LIMITS.waitDays;
  return {
    kind: reader.one(step, at, 'kind', ['message', 'reminder', 'survey']),
    waitDays: reader.whole(step, at, 'waitDays', { least, most: PLAN_LIMITS.longestWait }),
    validDays: reader.whole(step, at, 'validDays', { least: 1, most: PLAN_LIMITS.validDays }),
    branches: reader
      .list(step, at, 'branches', PLAN_LIMITS.branches, 1)
      .map((branch, i) => branchOf(reader, branch, [...at, 'branches', i])),
  };
}

function branchOf(reader: PlanReader, sent: unknown, at: Place): Branch {
  const branch = reader.object(sent, at);
  return {
    when: branch['when'] === null ? null : reader.tree(branch['when'], [...at, 'when']),
    arms: reader
      .list(branch, at, 'arms', PLAN_LIMITS.arms, 1)
      .map((arm, i) => armOf(reader, arm, [...at, 'arms', i])),
  };
}

function armOf(reader: PlanReader, sent: unknown, at: Place): Arm {
  const arm = reader.object(sent, at);
  return {
    offer: offerOf(reader, reader.object(arm['offer'], [...at, 'offer']), [...at, 'offer']),
    subject: reader.template(arm, at, 'subject', PLAN_LIMITS.subject),
    body: reader.template(arm, at, 'body', PLAN_LIMITS.body),
    hour: arm['hour'] === null ? null : reader.whole(arm, at, 'hour', { least: 0, most: 23 }),
  };
}

function offerOf(reader: PlanReader, offer: Values, at: Place): Offer {
  const kind = reader.one(offer, at, 'kind', ['none', 'free-shipping', 'percentage', 'amount', 'sample']);
  if (kind === 'none') return { kind };
  const money = { least: 1, most: PLAN_LIMITS.money };
  const minimum = offer['minimum'] === null ? null : reader.whole(offer, at, 'minimum', money);
  if (kind === 'free-shipping') return { kind, minimum };
  if (kind === 'sample') return { kind, product: reader.id(offer['product'], [...at, 'product']), minimum };
  const on = goodsOf(reader, reader.object(offer['on'], [...at, 'on']), [...at, 'on']);
  if (kind === 'amount') return { kind, amount: reader.whole(offer, at, 'amount', money), minimum, on };
  return { kind, percent: reader.whole(offer, at, 'percent', { least: 1, most: 100 }), minimum, on };
}

function goodsOf(reader: PlanReader, goods: Values, at: Place): Goods {
  const kind = reader.one(goods, at, 'kind', ['all', 'products', 'collections']);
  if (kind === 'all') return { kind };
  return {
    kind,
    ids: reader.list(goods, at, 'ids', PLAN_LIMITS.goods, 1).map((id, i) => reader.id(id, [...at, 'ids', i])),
  };
}

/** What is wrong with steps and branches beside each other. */
function orderFaults(ladder: readonly Step[], faults: PlanFault[]): void {
  ladder.forEach(({ kind, branches }, place) => {
    const at = ['ladder', place];
    const before = ladder.slice(0, place).some((step) => offers(step));
    if (kind === 'reminder' && !before) faults.push({ at, fault: 'first-reminder' });
    if (
      kind !== 'message' &&
      branches.some((branch) => branch.arms.some(({ offer }) => offer.kind !== 'none'))
    ) {
      faults.push({ at, fault: 'shape' });
    }
    branches.forEach(({ arms }, i) => {
      arms.forEach(({ offer }, j) => {
        // Shopify would hold it against the sample alone.
        if (offer.kind !== 'sample' || offer.minimum === null) return;
        faults.push({ at: [...at, 'branches', i, 'arms', j, 'offer', 'minimum'], fault: 'bounds' });
      });
    });
    branches.slice(0, -1).forEach(({ when }, i) => {
      if (when === null) faults.push({ at: [...at, 'branches', i], fault: 'unreachable' });
    });
  });
}

function offers({ branches }: Step): boolean {
  return branches.some(({ arms }) => arms.some(({ offer }) => offer.kind !== 'none'));
}

function fromText(sent: unknown): unknown {
  if (typeof sent !== 'string') return sent;
  try {
    return JSON.parse(sent) as unknown;
  } catch {
    return null;
  }
}

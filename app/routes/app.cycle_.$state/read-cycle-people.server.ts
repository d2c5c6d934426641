import type { ShopRow } from '#app/db.server.ts';
import { MEMBER_SORTS } from '#app/components/members-table.tsx';
import { customerDues } from '#app/models/customer-dues.server.ts';
import { groupMembers, groupTotal, type MemberGroup } from '#app/models/members.server.ts';
import { latestRun } from '#app/models/scores.server.ts';
import { chosenCycle, readSettings } from '#app/models/settings.server.ts';
import {
  CYCLE_STATES,
  cycleDays,
  cycleInForce,
  daysOfState,
  suggestCycle,
  type CycleDays,
  type CycleState,
} from '#app/rfm/purchase-cycle.ts';

const PAGE = 50;

/** One page of the customers in a state; null when the address names none, or there is no cycle to go by yet. */
export async function readCyclePeople(shop: ShopRow, name: string | undefined, asked: URLSearchParams) {
  const state = CYCLE_STATES.find((one) => one === name);
  if (state === undefined) return null;
  const [run, settings] = await Promise.all([latestRun(shop.id), readSettings(shop.id)]);
  const suggested = suggestCycle(run?.summary.gaps);
  const cycle = cycleInForce(chosenCycle(settings), suggested);
  if (run === null || cycle === null) return null;
  const { asOf } = run;
  const group = groupOf(state, cycleDays(cycle, asOf));
  const sort = MEMBER_SORTS.find((one) => one === asked.get('sort')) ?? 'monetary';
  const found =
    group === null
      ? { page: { members: [], previous: null, next: null }, total: { customers: 0, monetary: 0 } }
      : await listed(shop.id, group, sort, asked.get('cursor'));
  const dues = await customerDues(shop, run, settings, { suggested, cycle }, found.page.members);
  const members = found.page.members.map((member) => ({
    ...member,
    dueOn: dues.get(member.customerId)?.due?.on ?? null,
    asOf,
  }));
  return { state, cycle, asOf, sort, total: found.total, page: { ...found.page, members } };
}

async function listed(
  shopId: number,
  group: MemberGroup,
  sort: (typeof MEMBER_SORTS)[number],
  cursor: string | null,
) {
  const [page, total] = await Promise.all([
    groupMembers(shopId, group, sort, cursor, PAGE),
    groupTotal(shopId, group),
  ]);
  return { page, total };
}

/** Null when nobody can be in the state. */
function groupOf(state: CycleState, days: CycleDays): MemberGroup | null {
  if (state === 'no-order') return { kind: 'no-order' };
  const range = daysOfState(state, days);
  return range && { kind: 'last-order', ...range };
}

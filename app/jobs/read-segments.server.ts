import {
  askForSegment,
  endReading,
  openReading,
  storeMembersPage,
} from '#app/models/shopify-segments.server.ts';
import type { AdminClient } from '#app/shopify/admin.server.ts';
import { readSegmentMembers } from '#app/shopify/customer-segments.server.ts';
import { alone } from './alone.server.ts';
import { inBounds } from './in-bounds.server.ts';
import { defineJob, shopPayload, type JobContext } from './job.server.ts';
import { runHere } from './run-here.server.ts';
import { step } from './step.server.ts';

/** Seconds until whoever needs a segment looks again whether it is read. */
const WAIT_SECONDS = 3;

/**
 * Reads who is in the segments of Shopify's that were asked for, page by page: each page is stored with where the next
 * one begins, so whoever comes after a death goes on there.
 */
export const readSegments = defineJob({
  name: 'read-segments',
  payload: shopPayload,
  attempts: 5,
  run: ({ shopId }, { admin, signal }) =>
    alone(shopId, 'segments', () => inBounds(signal, () => readPage(shopId, admin))),
  gaveUp: ({ shopId }) => endReading(shopId, null, 'failed'),
});

async function readPage(shopId: number, admin: AdminClient): Promise<number | null> {
  const open = await step('segments.next', () => openReading(shopId));
  if (open === null) return null;
  const page = await step('segments.page', () => readSegmentMembers(admin, open.gid, open.cursor));
  if (page === null) await step('segments.gone', () => endReading(shopId, open.id, 'gone'));
  else await step('segments.store', () => storeMembersPage(shopId, open, page));
  return 0;
}

/** Asks for a segment to be read. @returns seconds until it is to be looked whether it was */
export async function readFirst(
  { id: shopId, generation }: JobContext['shop'],
  gid: string,
): Promise<number> {
  await step('campaign.ask-segment', () => askForSegment(shopId, gid));
  await step('campaign.read-segment', () => runHere(readSegments, { shopId, generation }));
  return WAIT_SECONDS;
}

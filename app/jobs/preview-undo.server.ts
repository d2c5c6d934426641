import { askedUndoPreview, endUndoPreview, noteUndoLooked } from '#app/models/undo-previews.server.ts';
import { defineJob, shopPayload } from './job.server.ts';
import { countUndo } from './plan-undo.server.ts';
import { step } from './step.server.ts';

/** Another question took this one's place: nobody waits for it. */
class Overtaken extends Error {}

/** Counts what undoing a write-back would do, before a manager confirms it: every customer of it is looked at. */
export const previewUndo = defineJob({
  name: 'preview-undo',
  payload: shopPayload,
  attempts: 2,
  run: async ({ shopId }, { admin }) => {
    const asked = await step('preview-undo.look', () => askedUndoPreview(shopId));
    if (asked === null) return 'nothing';
    const { number, runId } = asked;
    const note = async (looked: number, of: number): Promise<void> => {
      if (!(await noteUndoLooked(shopId, number, looked, of))) throw new Overtaken();
    };
    try {
      const plan = await step('preview-undo.walk', () => countUndo(shopId, runId, admin, note));
      const { customers, byKind, points, seconds, undo } = plan;
      const sums = { customers, byKind, points, seconds, kept: undo?.kept ?? 0, unknown: undo?.unknown ?? 0 };
      await step('preview-undo.end', () => endUndoPreview(shopId, number, sums));
    } catch (error) {
      if (!(error instanceof Overtaken)) throw error;
    }
    // Another may have been asked for meanwhile.
    return { againInSeconds: 0 };
  },
  gaveUp: async ({ shopId }) => {
    const asked = await askedUndoPreview(shopId);
    if (asked !== null) await endUndoPreview(shopId, asked.number, null);
  },
});

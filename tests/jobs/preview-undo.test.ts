import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { adminFor } from '#app/admin-for.server.ts';
import { inShop } from '#app/db.server.ts';
import { countUndo } from '#app/jobs/plan-undo.server.ts';
import { previewUndo } from '#app/jobs/preview-undo.server.ts';
import { closeQueue, enqueue } from '#app/jobs/queue.server.ts';
import { onStep } from '#app/jobs/step.server.ts';
import { giveUp } from '#app/jobs/workers.server.ts';
import { askUndoPreview, noteUndoLooked, undoPreviewState } from '#app/models/undo-previews.server.ts';
import { testDatabase } from '#tests/support/database.ts';
import { decide, drain, installed, runPipeline, smallShop, type Pipeline } from './pipeline.ts';
import { newest } from './undone-shop.ts';
import { payload } from './written-shop.ts';

testDatabase();
afterEach(() => onStep(undefined));
afterAll(() => closeQueue(1));

async function written(): Promise<Pipeline> {
  const pipeline = await installed(smallShop());
  await decide(pipeline.shop.id, { writeBack: 'on' });
  await runPipeline(pipeline);
  return pipeline;
}

async function ask(pipeline: Pipeline): Promise<number> {
  const number = await askUndoPreview(pipeline.shop.id, await newest(pipeline));
  await enqueue(previewUndo, payload(pipeline));
  return number;
}

describe('given segments that are written', () => {
  it('when a manager asks what undoing would do, then the worker counts every customer, says how far it is, and sends nothing', async () => {
    const pipeline = await written();
    const { id } = pipeline.shop;
    const sent = pipeline.shopify.calls.all.length;
    const number = await ask(pipeline);
    expect(await undoPreviewState(id, number)).toEqual({ at: 'asked', looked: 0, of: null });
    let midway: unknown;
    onStep(async (name, moment) => {
      if (name === 'preview-undo.end' && moment === 'before') midway = await undoPreviewState(id, number);
    });
    await drain();
    const plan = await countUndo(id, await newest(pipeline), adminFor(pipeline.shop));
    expect(plan.customers).toBeGreaterThan(30);
    expect(midway).toEqual({ at: 'asked', looked: plan.customers, of: plan.customers });
    const { customers, byKind, points } = plan;
    expect(await undoPreviewState(id, number)).toMatchObject({
      at: 'done',
      result: { customers, byKind, points, kept: 0, unknown: 0 },
    });
    expect(pipeline.shopify.calls.all).toHaveLength(sent);
    await pipeline.close();
  });

  it('when another question comes while one is counted, then that one ends and the other is answered', async () => {
    const pipeline = await written();
    const { id } = pipeline.shop;
    const first = await ask(pipeline);
    let second = 0;
    onStep(async (name, moment) => {
      if (name !== 'preview-undo.walk' || moment !== 'before' || second > 0) return;
      second = await askUndoPreview(id, await newest(pipeline));
    });
    await drain();
    expect(await undoPreviewState(id, first)).toEqual({ at: 'outdated' });
    expect(await undoPreviewState(id, second)).toMatchObject({ at: 'done' });
    expect(await noteUndoLooked(id, first, 1, 2)).toBe(false);
    await pipeline.close();
  });

  it('when it is given up, or nobody ends it within ten minutes, then it counts as failed', async () => {
    const pipeline = await written();
    const { id } = pipeline.shop;
    const number = await ask(pipeline);
    await inShop(
      id,
      (db) => db.$executeRaw`update undo_previews set asked_at = asked_at - interval '11 minutes'`,
    );
    expect(await undoPreviewState(id, number)).toEqual({ at: 'failed' });
    const again = await ask(pipeline);
    await giveUp(previewUndo.name, payload(pipeline), null);
    expect(await undoPreviewState(id, again)).toEqual({ at: 'failed' });
    await pipeline.close();
  });
});

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { sendAll } from '#app/jobs/send-direct.server.ts';
import { CostBucket } from '#app/shopify/cost-bucket.ts';
import { createClock } from '#tests/fake-shopify/stand-in-clock.ts';
import { createBucket } from '#tests/fake-shopify/throttle.ts';

const CALLS = 280;
const COST = 10;

// Time passes here only where somebody waits, so a busy machine changes nothing.
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

/** Sends calls that Shopify answers after `latencyMs`; seconds until the last answer, and how many were throttled. */
async function sendMany(plan: { name: string; restoreRate: number; bucket: number }, latencyMs: number) {
  const theirs = createBucket(plan, createClock(1));
  const ours = new CostBucket({ restoreRate: plan.restoreRate, bucketSize: plan.bucket });
  // A first answer tells that the bucket is full.
  await ours.take(0);
  ours.settle(0, theirs.status());
  const start = performance.now();
  let throttled = 0;
  const sending = sendAll(Array.from({ length: CALLS }), async () => {
    for (let sent = false; !sent;) {
      await ours.take(COST);
      sent = theirs.take(COST);
      if (!sent) throttled += 1;
      await new Promise((resolve) => setTimeout(resolve, latencyMs));
      ours.settle(COST, theirs.status());
    }
  });
  await vi.runAllTimersAsync();
  await sending;
  return { seconds: (performance.now() - start) / 1000, throttled };
}

describe('given several bucketfuls of calls', () => {
  it.each([
    { latencyMs: 5, restoreRate: 100, bucket: 800 },
    { latencyMs: 150, restoreRate: 100, bucket: 2_000 },
    { latencyMs: 300, restoreRate: 1_000, bucket: 800 },
  ])(
    'when Shopify answers after $latencyMs ms and gives $restoreRate points a second, then they take what comes back, and hardly one is throttled',
    async ({ latencyMs, ...plan }) => {
      const { seconds, throttled } = await sendMany({ name: 'test', ...plan }, latencyMs);
      const ideal = (CALLS * COST - plan.bucket) / plan.restoreRate + latencyMs / 1000;
      expect(seconds).toBeGreaterThanOrEqual(ideal * 0.99);
      expect(seconds / ideal).toBeLessThan(1.15);
      expect(throttled / CALLS).toBeLessThan(0.02);
    },
  );
});

import type { ShopPlan } from './store.ts';
import type { StandInClock } from './stand-in-clock.ts';

type ThrottleStatus = {
  readonly maximumAvailable: number;
  readonly currentlyAvailable: number;
  readonly restoreRate: number;
};

/** The leaky bucket of API points of one app in one shop. */
export type CostBucket = {
  /** Takes the requested points, or nothing and answers false when there are not enough. */
  take(points: number): boolean;
  /** Gives back what a call was charged too much. */
  refund(points: number): void;
  /** As reported in `extensions.cost`; whole points, the rate in points per real second. */
  status(): ThrottleStatus;
  /** Changes the shop's rate in points per Shopify second, as Shopify may at any time. */
  setRestoreRate(points: number): void;
};

/** A full bucket of the plan's size that restores `timeScale` times as fast as the plan's. */
export function createBucket(plan: ShopPlan, clock: StandInClock): CostBucket {
  let rate = plan.restoreRate;
  let available = plan.bucket;
  let at = clock.scaledNow();
  const restore = (): void => {
    const now = clock.scaledNow();
    available = Math.min(plan.bucket, available + ((now - at) / 1000) * rate);
    at = now;
  };
  return {
    take: (points) => {
      restore();
      if (points > available) return false;
      available -= points;
      return true;
    },
    refund: (points) => {
      restore();
      available = Math.min(plan.bucket, available + points);
    },
    status: () => {
      restore();
      return {
        maximumAvailable: plan.bucket,
        currentlyAvailable: Math.floor(available),
        restoreRate: rate * clock.timeScale,
      };
    },
    setRestoreRate: (points) => {
      restore();
      rate = points;
    },
  };
}

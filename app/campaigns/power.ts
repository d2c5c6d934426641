import { PLAN_LIMITS } from './plan.ts';
import { smallestGain, smallestRise } from './sample-size.ts';

/** What those who ordered by themselves brought in so many days: mean and mean of squares, minor units. */
export type BuyerMoney = { mean: number; squares: number };

/** What a campaign can show, at a share that is held out. */
export type Power = {
  share: number;
  treated: number;
  held: number;
  /** of those held out so many are expected to order by themselves */
  heldBuyers: number;
  /** the smallest rise of the share who order that shows in four of five campaigns; null = none would */
  rise: number | null;
  /** the same of money per customer in minor units; null when the spread of money is not known */
  gain: number | null;
};

/** Shares that are compared: every twentieth that a plan may have. */
export const SHARES: readonly number[] = Array.from({ length: 10 }, (_, i) => (i + 1) / 20);

/** Held-out customers who should be expected to order: at ten who did a verdict is given, so ten are there nearly surely. */
const ENOUGH_BUYERS = 20;
/** A rise by this part of the base rate is as small as offers usually bring; to see less, nobody need be held out. */
const SMALL_RISE = 0.2;
/** How much coarser than at one half the proof may be, for that more customers get the offer. */
const COARSER = 1.25;

/**
 * What an audience can show at a share held out.
 * @param base share of customers who order by themselves
 * @param margin what is left of the money, 0 to 1; 1 for revenue
 */
export function powerAt(
  audience: number,
  share: number,
  base: number,
  money: BuyerMoney | null,
  margin: number,
): Power {
  const held = Math.round(audience * share);
  const treated = audience - held;
  const spread = money && money.squares * base - (money.mean * base) ** 2;
  return {
    share,
    treated,
    held,
    heldBuyers: held * base,
    rise: smallestRise(audience, share, base),
    gain:
      spread === null || treated === 0 || held === 0
        ? null
        : smallestGain(audience, share, margin * Math.sqrt(Math.max(0, spread))),
  };
}

/** Why a share is suggested: it shows a rise by a fifth; it shows nearly what half would; or nothing less is enough. */
export type SuggestedShare = { share: number; because: 'small-rise' | 'nearly-best' | 'audience-small' };

/**
 * The smallest share of which twenty are expected to order by themselves and which shows a rise by a fifth of the base
 * rate; otherwise the smallest which shows a rise no more than a quarter larger than at one half; otherwise one half.
 */
export function suggestedShare(audience: number, base: number): SuggestedShare {
  const most = PLAN_LIMITS.holdOut.most;
  const best = smallestRise(audience, most, base);
  const first = (enough: (rise: number) => boolean): number | undefined =>
    SHARES.find((share) => {
      const rise = smallestRise(audience, share, base);
      return rise !== null && audience * share * base >= ENOUGH_BUYERS && enough(rise);
    });
  const small = first((rise) => rise <= base * SMALL_RISE);
  if (small !== undefined) return { share: small, because: 'small-rise' };
  const nearly = best === null ? undefined : first((rise) => rise <= best * COARSER);
  if (nearly !== undefined && nearly < most) return { share: nearly, because: 'nearly-best' };
  return { share: most, because: 'audience-small' };
}

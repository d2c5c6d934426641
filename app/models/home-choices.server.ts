import { inShop, readInShop, sqlInShop } from '#app/db.server.ts';
import type { Goal } from '#app/rfm/day-figures.ts';

/** Steps of the setup guide that leave no trace but this one. */
export type NotedStep = 'orders' | 'at-risk';

/** What to aim at, by goal; money in minor units of the shop's currency, shares as parts of one. */
export type Targets = Partial<Record<Goal, number>>;

/** What the merchant decided about Home. */
export type HomeChoices = {
  guideClosed: boolean;
  guideDone: NotedStep[];
  /** Warn once so many percent of the valuable customers fell within so many days. */
  slippingPercent: number;
  slippingDays: number;
  targets: Targets;
};

const UNDECIDED: HomeChoices = {
  guideClosed: false,
  guideDone: [],
  slippingPercent: 5,
  slippingDays: 7,
  targets: {},
};

/** The choices of a shop; those nobody made yet are the usual ones. */
export async function readHomeChoices(shopId: number): Promise<HomeChoices> {
  const [row] = await readInShop<HomeChoices>(
    shopId,
    `select guide_closed as "guideClosed", guide_done as "guideDone", slipping_percent as "slippingPercent",
       slipping_days as "slippingDays", targets
     from home where shop_id = $1`,
  );
  return row ?? UNDECIDED;
}

/** Stores what is given of the choices; the rest stays as it is. */
export async function saveHomeChoices(
  shopId: number,
  choices: Partial<Omit<HomeChoices, 'guideDone'>>,
): Promise<void> {
  await inShop(shopId, (db) =>
    db.homeChoices.upsert({ where: { shopId }, create: { shopId, ...choices }, update: choices }),
  );
}

/** Notes that a step of the guide is done. Once is enough: later ones change nothing. */
export async function noteGuideStep(shopId: number, step: NotedStep): Promise<void> {
  await sqlInShop(shopId, (client) =>
    client.query(
      `insert into home (shop_id, guide_done) values ($1, array[$2])
       on conflict (shop_id) do update set guide_done = home.guide_done || excluded.guide_done
       where not $2 = any(home.guide_done)`,
      [shopId, step],
    ),
  );
}

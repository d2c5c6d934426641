import type { SignedIn } from '#app/merchant.server.ts';
import { askedAsOf } from '#app/models/audience.server.ts';
import { productTitles } from '#app/models/offered-values.server.ts';
import { savedSegment } from '#app/models/saved-segments.server.ts';
import { latestRun } from '#app/models/scores.server.ts';
import { readSettings } from '#app/models/settings.server.ts';
import { conditionsOf, isChoice } from '#app/rfm/conditions.ts';
import { questionOf } from '../app.customers._index/read-audience.server.ts';

/**
 * What the builder shows of a segment, or of one to be made, which may begin with a question from the address.
 * @throws Response 404 when there is none with that number, 400 when the question is none
 */
export async function readBuilder({ shop, user }: SignedIn, id: number | null, search: URLSearchParams) {
  const [run, settings, segment] = await Promise.all([
    latestRun(shop.id),
    readSettings(shop.id),
    id === null ? null : savedSegment(shop.id, id),
  ]);
  if (id !== null && segment === null) throw new Response(null, { status: 404 });
  const tree = segment?.tree ?? questionOf(search.get('where'));
  const products = conditionsOf(tree).flatMap((one) =>
    isChoice(one) && one.what === 'product' ? one.is : [],
  );
  const asked = run && askedAsOf(run, settings);
  return {
    segment: segment && {
      id: segment.id,
      version: segment.version,
      name: segment.name,
      changedBy: segment.changedBy,
      changedAt: segment.changedAt,
    },
    tree,
    you: user.id,
    scored: run !== null,
    shop: {
      currency: run?.currency ?? shop.currency ?? 'XXX',
      titles: await productTitles(shop.id, products.map(Number)),
      hasCycle: asked !== null && asked.cycle !== null,
      hasUsualGap: asked !== null && asked.due !== null,
    },
  };
}

import { Readable } from 'node:stream';
import { createReadableStreamFromReadable, type LoaderFunctionArgs } from '@remix-run/node';
import { signedIn } from '#app/merchant.server.ts';
import { campaignPlans } from '#app/models/campaign-plans.server.ts';
import { campaign } from '#app/models/campaigns.server.ts';
import { exportedOffers, noteOffersExport } from '#app/models/offers-export.server.ts';
import { limitShop } from '#app/rate-limit.server.ts';
import { campaignIdOf } from '../app.campaigns.$campaignId.edit/campaign-id.ts';
import { FILE_TYPES } from '../app.segments.$segment.export/members-file.ts';
import { offersFile } from './offers-file.ts';

/** Everybody's offers and codes of a campaign as a file, streamed. Who took them out is noted first. */
export async function loader({ request, params }: LoaderFunctionArgs) {
  const { shop, user } = await signedIn(request, 'manager');
  const found = await campaign(shop.id, campaignIdOf(params.campaignId));
  if (found === null) throw new Response(null, { status: 404 });
  const kind = new URL(request.url).searchParams.get('as') === 'json' ? 'json' : 'csv';
  limitShop('export', shop.id);
  const plans = await campaignPlans(shop.id, found.id);
  await noteOffersExport(shop.id, user.id, found.id);
  const { slug } = found;
  const terms = { slug, domain: shop.domain, currency: shop.currency ?? 'XXX', plans };
  const pieces = offersFile(kind, terms, exportedOffers(shop.id, found.id));
  return new Response(createReadableStreamFromReadable(Readable.from(pieces)), {
    headers: {
      'Content-Type': FILE_TYPES[kind],
      'Content-Disposition': `attachment; filename="rekindle-winback-${slug}.${kind}"`,
      'Cache-Control': 'no-store',
    },
  });
}

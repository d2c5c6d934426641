import { directory, type ShopRow } from './db.server.ts';
import { readMailToken, type MailLink, type MailLinkKind } from './mail-tokens.server.ts';
import { mailSettings } from './models/mail-settings.server.ts';

/** Whose link of a message was opened, and what the shop calls itself in messages. */
export type OpenedLink = { shop: ShopRow; link: MailLink; name: string };

/**
 * What the address of a page from a message says.
 * @throws Response 404 when it is none of ours
 */
export async function readMailLink(kind: MailLinkKind, token: string | undefined): Promise<OpenedLink> {
  const link = readMailToken(kind, token ?? '');
  const shop = link === null ? null : await directory.shopById(link.shopId);
  if (link === null || shop === null) throw new Response(null, { status: 404 });
  const settings = await mailSettings(shop.id);
  return { shop, link, name: settings?.fromName ?? shop.domain };
}

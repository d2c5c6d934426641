import { updateImport } from '#app/models/imports.server.ts';
import type { AccessDenied } from '#app/shopify/errors.ts';
import { step } from './step.server.ts';

/**
 * Has the import that the shop's days go on from say which scope is missing; scoring and writing go on with what is
 * stored. The next look at what changed that is not denied ends it.
 */
export async function noteDenied(shopId: number, importId: number, { scope }: AccessDenied): Promise<void> {
  const denied = { problem: 'missing-scope', problemDetail: { scope } };
  await step('denied.note', () => updateImport(shopId, importId, denied));
}

import { ownerOf } from './metafield-mutations.ts';
import type { ApiContext, Args } from './model.ts';
import { addTags, removeTags } from './store-customers.ts';

/** Code points a tag may have. */
const LONGEST = 255;

type Payload = { readonly node: unknown; readonly userErrors: readonly UserError[] };
type UserError = { readonly field: readonly string[]; readonly message: string };

/** tagsAdd for customers; a comma in a tag makes two. */
export function tagsAdd(args: Args, api: ApiContext): Payload {
  api.access.require('tagsAdd', 'write_customers');
  const customer = ownerOf(String(args.id), api);
  const tags = args.tags as readonly string[];
  if (customer === null) return refused('id', 'Customer does not exist');
  const long = tags.flatMap((tag) => tag.split(',')).find((tag) => [...tag.trim()].length > LONGEST);
  if (long !== undefined) return refused('tags', `Tag exceeds ${LONGEST} characters`);
  const done = addTags(api.office.shop, customer.id, tags, api.world.clock.now());
  return done === 'ok'
    ? { node: customer, userErrors: [] }
    : refused('tags', 'Customer cannot have more than 250 tags');
}

/** tagsRemove for customers, whatever the case of the tags. */
export function tagsRemove(args: Args, api: ApiContext): Payload {
  api.access.require('tagsRemove', 'write_customers');
  const customer = ownerOf(String(args.id), api);
  if (customer === null) return refused('id', 'Customer does not exist');
  removeTags(api.office.shop, customer.id, args.tags as readonly string[], api.world.clock.now());
  return { node: customer, userErrors: [] };
}

function refused(field: string, message: string): Payload {
  return { node: null, userErrors: [{ field: [field], message }] };
}

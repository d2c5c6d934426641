import type { AdminClient } from './admin.server.ts';
import { Rejected } from './errors.ts';
import { gid } from './gid.ts';

/** Also run in bulk, one line of variables a customer. */
export const ADD_TAGS = `#graphql
  mutation AddTags($id: ID!, $tags: [String!]!) {
    tagsAdd(id: $id, tags: $tags) {
      userErrors { field message }
    }
  }
`;

export const REMOVE_TAGS = `#graphql
  mutation RemoveTags($id: ID!, $tags: [String!]!) {
    tagsRemove(id: $id, tags: $tags) {
      userErrors { field message }
    }
  }
`;

/** Shopify's limit for one tag, in code points. */
const LONGEST_TAG = 255;

/** Written, or refused for this one customer (too many tags, customer gone): the batch goes on. */
type TagOutcome = { done: true } | { done: false; reason: string };

/** Adds tags to a customer; those already there stay as they are spelled. @throws RangeError for a bad tag */
export function addTags(admin: AdminClient, customerId: number, tags: string[]): Promise<TagOutcome> {
  return change(admin, ADD_TAGS, customerId, tags);
}

/** Removes tags from a customer; a tag that is not there is no error. */
export function removeTags(admin: AdminClient, customerId: number, tags: string[]): Promise<TagOutcome> {
  return change(admin, REMOVE_TAGS, customerId, tags);
}

/**
 * The variables of one line of a bulk mutation.
 * @throws RangeError for a tag with a comma, which Shopify would read as two, an empty or a too long one
 */
export function tagVariables(customerId: number, tags: string[]): { id: string; tags: string[] } {
  for (const tag of tags) {
    if (tag.trim() === '' || tag.includes(',') || [...tag].length > LONGEST_TAG) {
      throw new RangeError(`"${tag.slice(0, 40)}" cannot be one tag`);
    }
  }
  return { id: gid('Customer', customerId), tags };
}

async function change(
  admin: AdminClient,
  document: string,
  customerId: number,
  tags: string[],
): Promise<TagOutcome> {
  try {
    await admin.run(document, tagVariables(customerId, tags), { repeatable: true });
    return { done: true };
  } catch (error) {
    if (!(error instanceof Rejected)) throw error;
    return { done: false, reason: error.userErrors.map(({ message }) => message).join('; ') };
  }
}

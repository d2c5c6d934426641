import { parseGid } from './gid.ts';
import { faultOf, ownNamespace, wantedType, type WantedMetafield } from './metafield-rules.ts';
import { notModelled, type ApiContext, type Args } from './model.ts';
import { deleteMetafield, setMetafield, type FakeCustomer } from './store-customers.ts';

type Input = {
  readonly ownerId: string;
  readonly namespace?: string | null;
  readonly key: string;
  readonly type?: string | null;
  readonly value: string;
  readonly compareDigest?: string | null;
};

/** Inputs one metafieldsSet takes. */
const MOST = 25;

/** metafieldsSet: all of it or nothing. */
export function metafieldsSet(args: Args, api: ApiContext): unknown {
  const { shop } = api.office;
  api.access.require('metafieldsSet', 'write_customers');
  const inputs = args.metafields as readonly Input[];
  if (inputs.length > MOST) {
    const message = `Exceeded the maximum metafields input limit of ${MOST}.`;
    const code = 'LESS_THAN_OR_EQUAL_TO';
    return { metafields: null, userErrors: [{ field: ['metafields'], message, code, elementIndex: null }] };
  }
  const wanted = inputs.map((input) => {
    const namespace = ownNamespace(input.namespace);
    const type = wantedType(shop, `${namespace}.${input.key}`, input.type);
    return {
      owner: ownerOf(input.ownerId, api),
      namespace,
      key: input.key,
      type,
      value: input.value,
      digest: input.compareDigest,
    };
  });
  const userErrors = wanted.flatMap((one, index) => {
    const { owner } = one;
    const fault =
      owner === null
        ? { field: 'ownerId', code: 'INVALID', message: 'Owner does not exist.' }
        : faultOf(one, owner.metafields.get(`${one.namespace}.${one.key}`), shop);
    if (fault === null) return [];
    const field = ['metafields', String(index), fault.field];
    return [{ field, message: fault.message, code: fault.code, elementIndex: index }];
  });
  if (userErrors.length > 0) return { metafields: null, userErrors };
  const at = api.world.clock.now();
  const metafields = wanted.map(({ owner, namespace, key, type, value }) =>
    setMetafield(shop, (owner as FakeCustomer).id, { namespace, key, type, value } as WantedMetafield, at),
  );
  return { metafields, userErrors: [] };
}

/** metafieldsDelete: null for an identifier nobody has, which is not an error. */
export function metafieldsDelete(args: Args, api: ApiContext): unknown {
  api.access.require('metafieldsDelete', 'write_customers');
  const inputs = args.metafields as readonly Pick<Input, 'ownerId' | 'namespace' | 'key'>[];
  const deletedMetafields = inputs.map(({ ownerId, namespace, key }) => {
    const owner = ownerOf(ownerId, api);
    const stored = ownNamespace(namespace);
    const gone =
      owner !== null && deleteMetafield(api.office.shop, owner.id, stored, key, api.world.clock.now());
    return gone ? { ownerId, namespace: stored, key } : null;
  });
  return { deletedMetafields, userErrors: [] };
}

/** The customer of a global id, or null; other owners are not modelled. */
export function ownerOf(id: string, { office }: ApiContext): FakeCustomer | null {
  const parsed = parseGid(id);
  if (parsed !== null && parsed.type !== 'Customer') throw notModelled(`owner ${id}`);
  return parsed === null ? null : (office.shop.customers.get(parsed.id) ?? null);
}

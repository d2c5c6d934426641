import type { ExecutionResult, GraphQLError } from 'graphql';
import { accessDenied, accessRules } from './access-rules.ts';
import { costOf } from './cost.ts';
import { carryOut, json, refusal, troubleFor, type Exchange, type Reply } from './exchange.ts';
import { prepare, run, type Prepared } from './execution.ts';
import type { Args } from './model.ts';
import { API_VERSION, type AdminSchema } from './schema.ts';
import type { ShopOffice } from './shop-office.ts';
import type { World } from './stand-in-world.ts';
import { struckBy, type Mischief } from './trouble.ts';

/** Points one query may ask for. */
const MAX_COST = 1_000;

type Asked = { readonly query: string; readonly variables: Args; readonly operationName?: string };
type Outcome = { reply: Reply; requested: number; actual: number; throttled: boolean };

/** POST /admin/api/<version>/graphql.json */
export async function answerGraphql(
  world: World,
  admin: AdminSchema,
  office: ShopOffice,
  exchange: Exchange,
): Promise<void> {
  const asked = readBody(exchange.body);
  const prepared = asked === null ? [] : prepare(admin, asked.query, asked.operationName);
  const known = 'document' in prepared ? prepared : null;
  const name = known?.operation.name?.value ?? known?.fields[0] ?? 'invalid';
  const struck = troubleFor(world, exchange, [name, ...(known?.fields ?? [])]);
  let outcome: Outcome | null = null;
  const status = await carryOut(exchange, struck, () => {
    outcome = answer(world, admin, office, exchange, asked, prepared, struck);
    return outcome.reply;
  });
  const { requested = 0, actual = 0, throttled = false } = (outcome ?? {}) as Partial<Outcome>;
  world.calls.add({
    at: world.clock.now(),
    kind: 'graphql',
    shop: office.shop.domain,
    op: name,
    fields: known?.fields ?? [],
    mutation: known?.operation.operation === 'mutation',
    requested,
    actual,
    throttled,
    status,
  });
}

function answer(
  world: World,
  admin: AdminSchema,
  office: ShopOffice,
  { url, request }: Exchange,
  asked: Asked | null,
  prepared: Prepared | readonly GraphQLError[],
  struck: readonly Mischief[],
): Outcome {
  const free = (reply: Reply): Outcome => ({ reply, requested: 0, actual: 0, throttled: false });
  if (office.refuseWith !== null) return free(refusal(office.refuseWith));
  const token = request.headers['x-shopify-access-token'];
  if (typeof token !== 'string' || office.tokens.check(token) === null) return free(refusal(401));
  if (url.pathname !== `/admin/api/${API_VERSION}/graphql.json`) {
    return free(json(404, { errors: `fake-shopify: not modelled: ${url.pathname}` }));
  }
  if (asked === null) return free(json(400, { errors: { query: 'Required parameter missing or invalid' } }));
  if (!('document' in prepared)) return free(json(200, { errors: prepared.map(plainError) }));
  const internal = struckBy(struck, 'errors');
  if (internal !== undefined) return free(json(200, { errors: [internalError(internal.code)] }));
  return charge(world, admin, office, asked, prepared, struck);
}

/** Charges what is asked for, runs it, and gives back what it did not need. */
function charge(
  world: World,
  admin: AdminSchema,
  office: ShopOffice,
  { variables }: Asked,
  prepared: Prepared,
  struck: readonly Mischief[],
): Outcome {
  const { bucket } = office;
  const cost = costOf(admin.schema, prepared.document, prepared.operation, variables);
  const requested = cost.requested();
  const extensions = (actual: number | null): object => ({
    cost: { requestedQueryCost: requested, actualQueryCost: actual, throttleStatus: bucket.status() },
  });
  if (requested > MAX_COST) {
    return { reply: json(200, { errors: [tooDear(requested)] }), requested, actual: 0, throttled: false };
  }
  if (struckBy(struck, 'throttle') !== undefined || !bucket.take(requested)) {
    const documentation = 'https://shopify.dev/api/usage/rate-limits';
    const errors = [{ message: 'Throttled', extensions: { code: 'THROTTLED', documentation } }];
    return {
      reply: json(200, { errors, extensions: extensions(null) }),
      requested,
      actual: 0,
      throttled: true,
    };
  }
  const denied = struckBy(struck, 'accessDenied')?.field;
  const result: ExecutionResult =
    denied !== undefined && prepared.fields.includes(denied)
      ? { data: { [denied]: null }, errors: [accessDenied(denied, 'a scope that was taken away')] }
      : run(admin, prepared, variables, { world, office, access: accessRules(admin, office), struck });
  const actual = result.data === undefined ? 0 : cost.actual(result.data);
  bucket.refund(requested - actual);
  const body = { ...result, errors: result.errors?.map(plainError), extensions: extensions(actual) };
  return { reply: json(200, body), requested, actual, throttled: false };
}

function readBody(body: Buffer): Asked | null {
  try {
    const { query, variables, operationName } = JSON.parse(body.toString('utf8')) as Record<string, unknown>;
    if (typeof query !== 'string') return null;
    const named = typeof operationName === 'string' ? { operationName } : {};
    return { query, variables: (variables ?? {}) as Args, ...named };
  } catch {
    return null;
  }
}

function plainError(error: GraphQLError): object {
  const { message, locations, path, extensions } = error.toJSON();
  return {
    message,
    ...(locations && { locations }),
    ...(path && { path }),
    ...(extensions && { extensions }),
  };
}

function internalError(code = 'INTERNAL_SERVER_ERROR'): object {
  const requestId = '00000000-0000-4000-8000-000000000000';
  const message = `Internal error. Looks like something went wrong on our end.\nRequest ID: ${requestId} (include this in support requests).`;
  return { message, extensions: { code, requestId } };
}

function tooDear(cost: number): object {
  const message = `Query cost is ${cost}, which exceeds the single query max cost limit (${MAX_COST}).`;
  const documentation = 'https://shopify.dev/api/usage/rate-limits';
  return { message, extensions: { code: 'MAX_COST_EXCEEDED', cost, maxCost: MAX_COST, documentation } };
}

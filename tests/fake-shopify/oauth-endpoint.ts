import { withImplied } from './access-rules.ts';
import { carryOut, json, refusal, troubleFor, type Exchange, type Reply } from './exchange.ts';
import { readSessionToken } from './session-token.ts';
import type { ShopOffice } from './shop-office.ts';
import type { World } from './stand-in-world.ts';
import { ACCESS_TOKEN_LIFE, ONLINE_TOKEN_LIFE, REFRESH_TOKEN_LIFE } from './token-vault.ts';
import { struckBy } from './trouble.ts';

const GRANTS = {
  'urn:ietf:params:oauth:grant-type:token-exchange': 'token-exchange',
  refresh_token: 'refresh',
} as const;
const KINDS = {
  'urn:shopify:params:oauth:token-type:offline-access-token': 'offline',
  'urn:shopify:params:oauth:token-type:online-access-token': 'online',
} as const;

type Asked = Readonly<Record<string, string | undefined>>;

/** POST /admin/oauth/access_token: token exchange and refresh. */
export async function answerTokens(world: World, office: ShopOffice, exchange: Exchange): Promise<void> {
  const asked = readBody(exchange);
  const grant = GRANTS[asked.grant_type as keyof typeof GRANTS] ?? 'unknown';
  const struck = troubleFor(world, exchange, ['token', grant]);
  const status = await carryOut(exchange, struck, () => {
    const reply = grantTokens(world, office, asked, grant);
    if (struckBy(struck, 'noexp') === undefined || reply.status !== 200) return reply;
    const { access_token, scope } = JSON.parse(reply.body) as Record<string, unknown>;
    return json(200, { access_token, scope });
  });
  world.calls.add({ at: world.clock.now(), kind: 'token', shop: office.shop.domain, op: grant, status });
}

function grantTokens(world: World, office: ShopOffice, asked: Asked, grant: string): Reply {
  if (office.refuseWith !== null && office.refuseWith !== 401) return refusal(office.refuseWith);
  if (asked.client_id !== world.apiKey) return fault('application_cannot_be_found');
  if (asked.client_secret !== world.apiSecret) return fault('invalid_client');
  if (grant === 'token-exchange') return exchangeToken(world, office, asked);
  if (grant !== 'refresh') return fault('unsupported_grant_type');
  if (!office.installed) return fault('application_cannot_be_found');
  const issued = office.tokens.refresh(asked.refresh_token ?? '');
  return issued === null
    ? fault('invalid_grant', 'Token has been expired or revoked.')
    : json(200, offlineAnswer(office, issued.accessToken, issued.refreshToken));
}

function exchangeToken(world: World, office: ShopOffice, asked: Asked): Reply {
  const claims = readSessionToken(asked.subject_token ?? '', {
    shop: office.shop.domain,
    apiKey: world.apiKey,
    apiSecret: world.apiSecret,
    at: world.clock.now(),
  });
  const kind = KINDS[asked.requested_token_type as keyof typeof KINDS];
  if (asked.subject_token_type !== 'urn:ietf:params:oauth:token-type:id_token' || kind === undefined) {
    return fault('invalid_request');
  }
  if (claims === null) return fault('invalid_subject_token');
  // A token from before the removal does not install the app again; times in it are whole seconds.
  const removed = office.installed ? null : office.uninstalledAt;
  if (removed !== null && claims.iat + 1 <= removed / 1000) return fault('invalid_subject_token');
  const user = office.staff.find(({ id }) => id === Number(claims.sub));
  if (user === undefined) return fault('invalid_subject_token');
  office.installed = true;
  if (kind === 'offline') {
    const { accessToken, refreshToken } = office.tokens.issue(
      asked.expiring === '1' ? 'offline-expiring' : 'offline',
      null,
    );
    return json(200, offlineAnswer(office, accessToken, refreshToken));
  }
  return json(200, {
    access_token: office.tokens.issue('online', user.id).accessToken,
    scope: scopeText(office),
    expires_in: ONLINE_TOKEN_LIFE - 1,
    associated_user_scope: scopeText(office),
    associated_user: {
      id: user.id,
      first_name: user.firstName,
      last_name: user.lastName,
      email: user.email,
      account_owner: user.accountOwner,
      locale: user.locale,
      collaborator: false,
      email_verified: true,
    },
  });
}

function offlineAnswer(office: ShopOffice, accessToken: string, refreshToken: string | null): object {
  const base = { access_token: accessToken, scope: scopeText(office) };
  if (refreshToken === null) return base;
  const lives = { expires_in: ACCESS_TOKEN_LIFE, refresh_token_expires_in: REFRESH_TOKEN_LIFE };
  return { ...base, ...lives, refresh_token: refreshToken };
}

/** Granted scopes without those that others include. */
function scopeText({ scopes }: ShopOffice): string {
  const alone = (scope: string): boolean =>
    !withImplied([...scopes].filter((one) => one !== scope)).has(scope);
  return [...scopes].filter(alone).join(',');
}

function fault(error: string, description?: string): Reply {
  return json(400, { error, ...(description !== undefined && { error_description: description }) });
}

/** JSON or a form, as OAuth clients send either. */
function readBody({ request, body }: Exchange): Asked {
  const text = body.toString('utf8');
  if (request.headers['content-type']?.includes('json') !== true)
    return Object.fromEntries(new URLSearchParams(text));
  try {
    const read = JSON.parse(text) as Record<string, unknown>;
    return Object.fromEntries(Object.entries(read).map(([name, value]) => [name, String(value)]));
  } catch {
    return {};
  }
}

import { randomBytes } from 'node:crypto';
import type { StandInClock } from './stand-in-clock.ts';

type Grant = {
  /** null for an offline token, the staff member's id for an online one. */
  readonly userId: number | null;
  /** Epoch milliseconds; null for a token that never expires. */
  readonly expiresAt: number | null;
};

/** Tokens as the token endpoint hands them out. */
type IssuedTokens = {
  readonly accessToken: string;
  readonly refreshToken: string | null;
};

export type TokenVault = {
  /** A new access token, with a refresh token when it is offline and expiring. */
  issue(kind: 'offline-expiring' | 'offline' | 'online', userId: number | null): IssuedTokens;
  /** New tokens for a refresh token, or null when that one is not, or no longer, worth anything. */
  refresh(refreshToken: string): IssuedTokens | null;
  /** The grant of a living access token. */
  check(accessToken: string): Grant | null;
  /** Every token is dead from now on. */
  revokeAll(): void;
  /** Told after every change of the tokens that are out. */
  onChange: () => void;
  /** What a stand-in that starts again must know of the tokens that are out. */
  saved(): SavedTokens;
  restore(saved: SavedTokens): void;
};

export type SavedTokens = {
  readonly access: readonly (readonly [token: string, grant: Grant])[];
  readonly refresh: readonly (readonly [token: string, refresh: Refresh])[];
};

/** Seconds, from Shopify's documentation. */
export const ACCESS_TOKEN_LIFE = 3600;
export const REFRESH_TOKEN_LIFE = 90 * 86_400;
export const ONLINE_TOKEN_LIFE = 86_400;
/** How long a refresh token may be used again while nobody has used its successor. */
const RECOVERY = 30 * 86_400_000;

type Refresh = {
  readonly expiresAt: number;
  readonly former: string | null;
  firstUsedAt: number | null;
};

export function createTokenVault(clock: StandInClock): TokenVault {
  const access = new Map<string, Grant>();
  const refresh = new Map<string, Refresh>();

  const issueOffline = (former: string | null): IssuedTokens => {
    const accessToken = `shpat_${randomBytes(16).toString('hex')}`;
    const refreshToken = `shprt_${randomBytes(16).toString('hex')}`;
    access.set(accessToken, { userId: null, expiresAt: clock.now() + ACCESS_TOKEN_LIFE * 1000 });
    refresh.set(refreshToken, {
      expiresAt: clock.now() + REFRESH_TOKEN_LIFE * 1000,
      former,
      firstUsedAt: null,
    });
    vault.onChange();
    return { accessToken, refreshToken };
  };

  const vault: TokenVault = {
    issue: (kind, userId) => {
      if (kind === 'offline-expiring') return issueOffline(null);
      const online = kind === 'online';
      const accessToken = `${online ? 'shpua' : 'shpat'}_${randomBytes(16).toString('hex')}`;
      const expiresAt = online ? clock.now() + ONLINE_TOKEN_LIFE * 1000 : null;
      access.set(accessToken, { userId: online ? userId : null, expiresAt });
      vault.onChange();
      return { accessToken, refreshToken: null };
    },
    refresh: (refreshToken) => {
      const known = refresh.get(refreshToken);
      const now = clock.now();
      if (known === undefined || now >= known.expiresAt) return null;
      if (known.firstUsedAt !== null && now >= known.firstUsedAt + RECOVERY) return null;
      known.firstUsedAt ??= now;
      // The former token was kept only until this one proved to have arrived.
      if (known.former !== null) refresh.delete(known.former);
      return issueOffline(refreshToken);
    },
    check: (accessToken) => {
      const grant = access.get(accessToken);
      if (grant === undefined || (grant.expiresAt !== null && clock.now() >= grant.expiresAt)) return null;
      return grant;
    },
    revokeAll: () => {
      access.clear();
      refresh.clear();
      vault.onChange();
    },
    onChange: () => {},
    saved: () => ({ access: [...access], refresh: [...refresh] }),
    restore: (saved) => {
      for (const [token, grant] of saved.access) access.set(token, grant);
      for (const [token, known] of saved.refresh) refresh.set(token, known);
    },
  };
  return vault;
}

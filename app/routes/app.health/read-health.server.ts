import type { Account } from '#app/components/account-card.tsx';
import { databaseNow, type ShopRow } from '#app/db.server.ts';
import { dataUpTo } from '#app/jobs/data-up-to.server.ts';
import { liveCustomerCount } from '#app/live-count.server.ts';
import { customerAccount } from '#app/models/customer-account.server.ts';
import { latestImport, latestWholeImport } from '#app/models/imports.server.ts';
import { inboxLag } from '#app/models/inbox-lag.server.ts';
import { lastByTopic } from '#app/models/inbox.server.ts';
import { quarantineOf } from '#app/models/quarantine.server.ts';
import { driftOfDay, LOOK_KINDS, newestLooks, type Look } from '#app/models/reconciliations.server.ts';
import { apiUse } from '#app/models/shop-health.server.ts';
import { shopProgress } from '#app/progress.server.ts';
import { API_VERSION } from '#app/shopify/admin.server.ts';
import { missingScopes, TOPICS } from '#app/shopify/asks-for.ts';

/** Of a thousand objects looked at in a day so many may differ before it is called an alarm. */
const DRIFT_PER_THOUSAND = 1;
/** A webhook that has waited longer than this many milliseconds is late. */
const LATE_MS = 15 * 60_000;

/** What Shopify's customers are beside those that are stored, from now. */
export async function readAccount(shop: ShopRow): Promise<Account> {
  const [shopify, stored] = await Promise.all([liveCustomerCount(shop), customerAccount(shop.id)]);
  return { shopify, stored };
}

/** Everything else the health page shows, from stored rows: Shopify is not asked. Instants are epoch milliseconds. */
export async function readHealth(shop: ShopRow) {
  const { id, generation, scopes, restoreRate, bucketSize } = shop;
  const [now, progress, whole, latest, inbox, told, looks, day, api] = await Promise.all([
    databaseNow(),
    shopProgress(shop),
    latestWholeImport(id, generation),
    latestImport(id),
    inboxLag(id),
    lastByTopic(id),
    newestLooks(id),
    driftOfDay(id),
    apiUse(id),
  ]);
  const quarantine = latest === null ? [] : await quarantineOf(id, latest.id);
  // Counts and scores have alarms of their own.
  const changes = day.filter(({ kind }) => kind === 'recent' || kind === 'two-days');
  const lookedAt = changes.reduce((sum, look) => sum + look.lookedAt, 0);
  const drift = changes.reduce((sum, look) => sum + look.drift, 0);
  const denied = latest?.problem === 'missing-scope' ? String(latest.problemDetail?.scope ?? '') : null;
  return {
    now,
    dataUpTo: whole && dataUpTo(whole),
    inbox,
    // Of the app's own removal nobody is left to be told.
    topics: TOPICS.filter((topic) => topic !== 'app/uninstalled').map((topic) => ({
      topic,
      last: told.get(topic) ?? null,
    })),
    looks: LOOK_KINDS.map((kind) => shown(kind, looks.get(kind))),
    api: { ...api, version: API_VERSION, restoreRate, bucketSize },
    missing: scopes.length === 0 ? [] : missingScopes(scopes),
    quarantine: quarantine.map(({ reason, count }) => ({ reason, count })),
    alarms: {
      parkedReason: progress.parkedReason,
      givenUp: progress.givenUp,
      denied,
      writing: progress.writeBack?.state === 'failed' ? progress.writeBack.problem : null,
      silentSince: looks.get('recent')?.detail.silentSince ?? null,
      otherVersion:
        api.answeredVersion !== null && api.answeredVersion !== API_VERSION ? api.answeredVersion : null,
      late: inbox.oldestMs !== null && inbox.oldestMs > LATE_MS,
      drift: drift * 1000 > lookedAt * DRIFT_PER_THOUSAND ? { drift, lookedAt } : null,
      scores: (looks.get('scores')?.drift ?? 0) > 0,
      counts: (looks.get('counts')?.drift ?? 0) > 0,
    },
  };
}

/** A look as the page lists it, with nulls where there was none. */
function shown(kind: Look['kind'], look: Look | undefined) {
  return {
    kind,
    startedAt: look?.startedAt ?? null,
    running: look !== undefined && look.finishedAt === null,
    lookedAt: look?.lookedAt ?? 0,
    drift: look?.drift ?? 0,
  };
}

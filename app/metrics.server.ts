import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { collectDefaultMetrics, Counter, Gauge, Registry } from 'prom-client';
import { logger } from './logger.server.ts';
import { readTotals, type Totals } from './models/totals.server.ts';
import { API_VERSION } from './shopify/admin.server.ts';

/** What a scraper reads, and what is counted for it in this process. */
export type Metrics = {
  /** 200 with every figure to whoever brings the token, 401 to others, 503 while the database does not answer. */
  answer(request: IncomingMessage, response: ServerResponse): Promise<void>;
  /** Counts a webhook by the status it is answered with. */
  countWebhook(response: ServerResponse): void;
};

/** Figures over all shops: a label never tells one shop from another. */
const GAUGES: Record<string, { help: string; value: (totals: Totals) => number }> = {
  rekindle_inbox_waiting: { help: 'Webhooks nobody handled yet', value: (t) => t.inboxWaiting },
  rekindle_inbox_oldest_seconds: {
    help: 'How long the oldest of them has waited',
    value: (t) => t.inboxOldestSeconds,
  },
  rekindle_shops_installed: { help: 'Shops that have the app', value: (t) => t.shopsInstalled },
  rekindle_shops_parked: { help: 'Shops whose background work is parked', value: (t) => t.shopsParked },
  rekindle_shops_unreachable: { help: 'Shops Shopify does not answer for', value: (t) => t.shopsUnreachable },
  rekindle_shops_with_work_given_up: {
    help: 'Shops in which a job was given up',
    value: (t) => t.shopsWithWorkGivenUp,
  },
  rekindle_shops_silent: {
    help: 'Shops of which no webhook about orders came for unusually long',
    value: (t) => t.shopsSilent,
  },
  rekindle_shops_on_other_api_version: {
    help: 'Shops for which Shopify answers by another API version than asked for',
    value: (t) => t.shopsOnOtherVersion,
  },
  rekindle_api_points_today: {
    help: 'API points spent by background work today',
    value: (t) => t.pointsToday,
  },
  rekindle_imports_running: { help: 'Imports under way', value: (t) => t.importsRunning },
  rekindle_write_backs_running: {
    help: 'Write-backs that are not settled',
    value: (t) => t.writeBacksRunning,
  },
};

/** Figures by kind of thing. */
const BY_KIND: Record<string, { help: string; values: (totals: Totals) => [kind: string, value: number][] }> =
  {
    rekindle_pending: {
      help: 'Customers and orders to be scored, written or read',
      values: (t) => t.pending.map(({ kind, waiting }) => [kind, waiting]),
    },
    rekindle_pending_oldest_seconds: {
      help: 'How long the oldest of them has waited',
      values: (t) => t.pending.map(({ kind, oldestSeconds }) => [kind, oldestSeconds]),
    },
    rekindle_reconciled_24h: {
      help: 'Orders and customers looked at within 24 hours',
      values: (t) => t.drift.map(({ kind, lookedAt }) => [kind, lookedAt]),
    },
    rekindle_drift_24h: {
      help: 'Of them differed from what was stored without word on its way',
      values: (t) => t.drift.map(({ kind, drift }) => [kind, drift]),
    },
  };

/** The metrics of this process and of the database behind it, for whoever brings `token` as bearer. */
export function metricsFor(token: string): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const webhooks = new Counter({
    name: 'rekindle_webhooks_total',
    help: 'Webhooks this process answered, by status',
    labelNames: ['status'],
    registers: [registry],
  });
  const gauges = Object.entries(GAUGES).map(([name, { help, value }]) => {
    const gauge = new Gauge({ name, help, registers: [registry] });
    return (totals: Totals) => gauge.set(value(totals));
  });
  const byKind = Object.entries(BY_KIND).map(([name, { help, values }]) => {
    const gauge = new Gauge({ name, help, labelNames: ['kind'], registers: [registry] });
    return (totals: Totals) => {
      gauge.reset();
      for (const [kind, value] of values(totals)) gauge.set({ kind }, value);
    };
  });
  const expected = digest(`Bearer ${token}`);

  return {
    countWebhook: (response) =>
      void response.once('finish', () => webhooks.inc({ status: response.statusCode })),
    async answer(request, response) {
      if (!timingSafeEqual(digest(request.headers.authorization ?? ''), expected)) {
        response.writeHead(401, { 'www-authenticate': 'Bearer', 'cache-control': 'no-store' }).end();
        return;
      }
      try {
        const totals = await readTotals(API_VERSION);
        for (const set of [...gauges, ...byKind]) set(totals);
        const figures = await registry.metrics();
        response
          .writeHead(200, { 'content-type': registry.contentType, 'cache-control': 'no-store' })
          .end(figures);
      } catch (error) {
        logger.error({ err: error }, 'metrics');
        response.writeHead(503, { 'cache-control': 'no-store' }).end();
      }
    },
  };
}

/** Of one length, so that comparing tells nothing of it. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

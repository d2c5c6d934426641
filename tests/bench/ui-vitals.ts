import type { Browser } from 'playwright-core';
import { embeddedAddress } from '#tests/fake-shopify/admin-frame/app-page.ts';
import { openProfile } from '#tests/support/browser.ts';
import type { Screen } from './ui-screens.ts';
import type { UiStage } from './ui-stage.ts';

/** What a browser sees of a screen; milliseconds, shifts as the share of the window. */
export type Vitals = {
  lcp: number;
  cls: number;
  /** The interaction of the screen, from the click to the next frame. */
  inp: number;
  /** Addresses of the scripts it loaded from the app, in the order it did. */
  scripts: string[];
  /** The loaders of the document, the innermost last. */
  routes: string[];
};

/** The line to the server that loads are measured over: 10 Mbit/s, 40 ms there and back, as Lighthouse's for a desk. */
const LINE = { latency: 40, bytesPerSecond: (10 * 1024 * 1024) / 8 };
const QUIET_MS = 500;
const APP_BRIDGE = 'https://cdn.shopify.com/**';

/** One load of a screen in a fresh profile, and on a desk its main control once. */
export async function measureVitals(
  browser: Browser,
  { origin, who, appBridge }: UiStage,
  { path, act }: Screen,
  width: 1280 | 390,
): Promise<Vitals> {
  const context = await openProfile(browser, width);
  try {
    const page = await context.newPage();
    await page.route(APP_BRIDGE, (route) =>
      route.fulfill({ contentType: 'text/javascript; charset=utf-8', body: appBridge }),
    );
    const scripts: string[] = [];
    page.on('response', (response) => {
      const { pathname, origin: from } = new URL(response.url());
      if (from === origin && pathname.endsWith('.js')) scripts.push(pathname);
    });
    await page.addInitScript(observe);
    const network = await context.newCDPSession(page);
    await network.send('Network.enable');
    await network.send('Network.emulateNetworkConditions', {
      offline: false,
      latency: LINE.latency,
      downloadThroughput: LINE.bytesPerSecond,
      uploadThroughput: LINE.bytesPerSecond,
    });
    const { pathname, searchParams } = new URL(path, origin);
    await page.goto(embeddedAddress(origin, pathname, searchParams, who), { waitUntil: 'networkidle' });
    // What comes late may shift what is there.
    await page.waitForTimeout(QUIET_MS);
    const { lcp, cls, routes } = await page.evaluate(seen);
    const loaded = [...new Set(scripts)];
    if (width === 1280) await act(page);
    await page.waitForLoadState('networkidle');
    await page.waitForTimeout(QUIET_MS);
    const { inp } = await page.evaluate(seen);
    return { lcp, cls, inp, scripts: loaded, routes };
  } finally {
    await context.close();
  }
}

type Seen = { lcp: number; cls: number; inp: number };
type Watched = Window & {
  benchSeen: Seen;
  __remixContext: { state: { loaderData: Record<string, unknown> } };
};

/** Runs in the page before anything of it. */
function observe(): void {
  const kept = { lcp: 0, cls: 0, inp: 0 };
  (window as unknown as Watched).benchSeen = kept;
  const watch = (type: string, see: (entry: PerformanceEntry) => void, more = {}): void =>
    new PerformanceObserver((list) => list.getEntries().forEach(see)).observe({
      type,
      buffered: true,
      ...more,
    });
  watch('largest-contentful-paint', ({ startTime }) => (kept.lcp = startTime));
  // Shifts add up within a session: at most a second between two, at most five in all.
  let session = { sum: 0, first: 0, last: -Infinity };
  watch('layout-shift', (entry) => {
    const { value, hadRecentInput } = entry as PerformanceEntry & { value: number; hadRecentInput: boolean };
    if (hadRecentInput) return;
    const { startTime: at } = entry;
    const goesOn = at - session.last < 1000 && at - session.first < 5000;
    session = { sum: (goesOn ? session.sum : 0) + value, first: goesOn ? session.first : at, last: at };
    kept.cls = Math.max(kept.cls, session.sum);
  });
  watch(
    'event',
    (entry) => {
      const { interactionId, duration } = entry as PerformanceEntry & { interactionId: number };
      if (interactionId > 0) kept.inp = Math.max(kept.inp, duration);
    },
    { durationThreshold: 16 },
  );
}

function seen(): Seen & { routes: string[] } {
  const { benchSeen, __remixContext } = window as unknown as Watched;
  return { ...benchSeen, routes: Object.keys(__remixContext.state.loaderData) };
}

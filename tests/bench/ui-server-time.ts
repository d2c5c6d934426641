import { Agent, get, type IncomingHttpHeaders } from 'node:http';
import { embeddedAddress } from '#tests/fake-shopify/admin-frame/app-page.ts';
import { signSessionToken } from '#tests/fake-shopify/session-token.ts';
import { percentile } from './ui-figures.ts';
import type { UiStage } from './ui-stage.ts';

/** Milliseconds from asking until the answer begins, and until it ends: parts of it may come later than the rest. */
export type ServerTime = { p50: number; p95: number; whole: number };

/** The library answers 410 to anything that does not look like a person's browser. */
const BROWSER = {
  'user-agent': 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/147.0.0.0 Safari/537.36',
};
const WARM_UP = 3;

/** How long the document of a screen takes, and the data of its innermost route, as a click inside the app asks for it. */
export async function measureServer(
  { origin, who }: UiStage,
  path: string,
  route: string,
  loads: number,
): Promise<{ document: ServerTime; data: ServerTime }> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  try {
    const { pathname, searchParams } = new URL(path, origin);
    const document = () =>
      ask(agent, embeddedAddress(origin, pathname, searchParams, who), { accept: 'text/html' });
    const data = () => {
      const address = new URL(path, origin);
      address.searchParams.set('_data', route);
      return ask(agent, address.href, { authorization: `Bearer ${signSessionToken(who)}` });
    };
    return { document: await times(document, loads), data: await times(data, loads) };
  } finally {
    agent.destroy();
  }
}

async function times(once: () => Promise<Asked>, loads: number): Promise<ServerTime> {
  const begun: number[] = [];
  const ended: number[] = [];
  for (let load = 0; load < WARM_UP + loads; load += 1) {
    const { begins, ends } = await once();
    if (load < WARM_UP) continue;
    begun.push(begins);
    ended.push(ends);
  }
  return { p50: percentile(begun, 0.5), p95: percentile(begun, 0.95), whole: percentile(ended, 0.95) };
}

type Asked = { begins: number; ends: number };

let asked = 0;

function ask(agent: Agent, address: string, headers: IncomingHttpHeaders): Promise<Asked> {
  asked += 1;
  // As a proxy names clients: one client may ask only so often, and here one stands for many.
  const client = `10.0.${Math.floor(asked / 250) % 250}.${asked % 250}`;
  const all = { ...BROWSER, 'accept-encoding': 'gzip', 'x-forwarded-for': client, ...headers };
  return new Promise((resolve, reject) => {
    const start = performance.now();
    get(address, { agent, headers: all }, (response) => {
      const begins = performance.now() - start;
      response.resume();
      response.once('error', reject);
      response.once('end', () => {
        if (response.statusCode === 200) resolve({ begins, ends: performance.now() - start });
        else reject(new Error(`${response.statusCode} at ${new URL(address).pathname}`));
      });
    }).once('error', reject);
  });
}

import axe from 'axe-core';
import type { Frame, Page } from 'playwright-core';

/**
 * All of axe's rules, and that of WCAG 2.2 it leaves off by itself. What is in order is not told node by node, and
 * styles are not fetched for rules that are off.
 */
const OPTIONS: axe.RunOptions = {
  rules: { 'target-size': { enabled: true } },
  resultTypes: ['violations'],
  preload: false,
};

type Scope = { exclude: readonly string[] } | axe.SerialContextObject;
/** The page's own globals, once axe is among them. */
type WithAxe = { axe: typeof axe };

/**
 * What axe finds on the whole page, with each frame in it, as rule and element. A frame that cannot be looked at is an
 * error. axe's own package for Playwright leaves such a frame out, and finishes in a new page each time, which takes
 * four times as long.
 * @param except elements, and frames, that are not looked at
 */
export async function faultsOf(page: Page, except: readonly string[] = []): Promise<string[]> {
  const parts = await partsOf(page.mainFrame(), { exclude: except });
  return page.evaluate(
    async ([texts, options]) => {
      const { finishRun } = (globalThis as unknown as WithAxe).axe;
      const partials = texts.map((text) => JSON.parse(text) as axe.PartialResult);
      const { violations } = await finishRun(partials, options);
      return violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`);
    },
    [parts, OPTIONS] as const,
  );
}

/** What axe saw in a frame and in those within it, in its own order and as texts. */
async function partsOf(frame: Frame, scope: Scope): Promise<string[]> {
  if (!(await frame.evaluate(() => 'axe' in globalThis))) await frame.evaluate(axe.source);
  const [own, within] = await frame.evaluate(
    async ([context, options]) => {
      const { runPartial, utils } = (globalThis as unknown as WithAxe).axe;
      const scopes = utils.getFrameContexts(JSON.parse(context));
      return [JSON.stringify(await runPartial(JSON.parse(context), options)), scopes] as const;
    },
    [JSON.stringify(scope), OPTIONS] as const,
  );
  const parts = [own];
  for (const { frameSelector, frameContext } of within) {
    const element = await frame.evaluateHandle(
      (selector) => (globalThis as unknown as WithAxe).axe.utils.shadowSelect(JSON.parse(selector)),
      JSON.stringify(frameSelector),
    );
    const child = await element.asElement()?.contentFrame();
    if (!child) throw new Error(`axe cannot look into ${JSON.stringify(frameSelector)}`);
    parts.push(...(await partsOf(child, frameContext)));
  }
  return parts;
}

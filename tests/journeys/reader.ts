import type { FrameLocator, Page } from 'playwright-core';
import { expect } from 'vitest';
import type { Locale } from '#app/i18n/locale.ts';
import type { FakeShop } from '#tests/fake-shopify/store.ts';
import { textsIn } from '#tests/i18n/texts.ts';
import { faultsOf } from '#tests/support/axe.ts';
import { appFits, LONG, openApp, type Journey, type Window } from '#tests/support/journey.ts';
import { englishFinder, saidOn } from './read-aloud.ts';

export type Width = 1280 | 390;
const WIDTHS = [1280, 390] as const;

/** What no screen prints, however few numbers it has to reckon with. */
const NO_NUMBER = /NaN|undefined|null|Infinity|\[object/;
/** What keeps the place of what is still on its way. */
const COMING = '[class*="Polaris-Skeleton"], .rk-name-coming';

/** Somebody whose admin is in a language, and who looks at what the app shows. */
export type Reader = {
  readonly window: Window;
  /** The app's text behind a key, in the reader's language. */
  text: (key: string) => string;
  /** Goes to a page as the admin's own menu does, without loading the document again. */
  goTo: (path: string) => Promise<void>;
  /**
   * Looks at the page as it is, on a desk and on a phone: all of it is there and in the reader's language, nothing is
   * to be scrolled sideways, and axe finds nothing.
   * @param axeAt the widths at which axe looks
   */
  looksWell: (axeAt: readonly Width[]) => Promise<void>;
};

/** Opens the app of a shop that has it, as a reader of this language finds it. */
export async function readIn(locale: Locale, here: Journey): Promise<Reader> {
  const window = await here.openPage(1280);
  const { page, app } = window;
  await openApp(window, here.stage, `?locale=${locale}`);
  const texts = textsIn(`app/i18n/${locale}.json`);
  const text = (key: string): string => texts.get(key) ?? key;
  const amiss = faultFinder(locale, here);
  const html = app.locator('html');
  return {
    window,
    text,
    async goTo(path) {
      await page.setViewportSize({ width: 1280, height: 900 });
      await app.locator('ui-nav-menu').waitFor({ state: 'attached' });
      await html.evaluate(({ ownerDocument: { body } }, href) => {
        const link = body.appendChild(body.ownerDocument.createElement('a'));
        link.setAttribute('href', href);
        link.dispatchEvent(new Event('shopify:navigate', { bubbles: true }));
        link.remove();
      }, path);
      const { pathname, search } = new URL(path, 'https://app.example');
      const shown = () => html.evaluate(() => [location.pathname, location.search]);
      await expect.poll(shown, { timeout: LONG }).toEqual([pathname, search]);
    },
    async looksWell(axeAt) {
      await app.getByRole('main').getByRole('heading', { level: 1 }).waitFor();
      await expect.poll(() => app.locator(COMING).count(), { timeout: LONG }).toBe(0);
      for (const width of WIDTHS) {
        await resized(page, app, width);
        expect(await html.getAttribute('lang')).toBe(locale);
        const said = await saidOn(html);
        expect(said.join(' ').length).toBeGreaterThan(40);
        expect(said.filter(amiss)).toEqual([]);
        expect(await appFits(app)).toBe(true);
        if (axeAt.includes(width)) expect(await faultsOf(page)).toEqual([]);
      }
    },
  };
}

async function resized(page: Page, app: FrameLocator, width: Width): Promise<void> {
  await page.setViewportSize({ width, height: 900 });
  await app
    .locator('html')
    .evaluate(() => new Promise((then) => requestAnimationFrame(() => requestAnimationFrame(then))));
}

/** Tells whether something a page says should not be there: a number that is none, a key, or words of English. */
function faultFinder(locale: Locale, here: Journey): (said: string) => boolean {
  const english = textsIn('app/i18n/en.json');
  const groups = new Set(
    [...english.keys()].filter((key) => key.includes('.')).map((key) => key.split('.')[0]),
  );
  const aKey = new RegExp(`\\b(?:${[...groups].join('|')})\\.[a-z]\\w*`);
  const isEnglish =
    locale === 'en'
      ? () => false
      : englishFinder(english, textsIn(`app/i18n/${locale}.json`), namesIn(shopOf(here)));
  // A product is called what the shop calls it.
  const titles = new Set([...shopOf(here).products.values()].map(({ title }) => title));
  return (said) => NO_NUMBER.test(said) || aKey.test(said) || (isEnglish(said) && !titles.has(said));
}

function shopOf({ stage }: Journey): FakeShop {
  return stage.fake.shop(`${stage.adminUrl.split('/').at(-1)}.myshopify.com`).shop;
}

/** People of the shop and makers of its products, whose names are the same in every language. */
function namesIn(shop: FakeShop): string[] {
  return [
    ...[...shop.customers.values()].map(({ firstName, lastName }) => `${firstName} ${lastName}`),
    ...[...shop.products.values()].map(({ vendor }) => vendor),
  ];
}

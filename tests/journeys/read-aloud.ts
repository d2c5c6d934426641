import type { Locator } from 'playwright-core';
import type { Texts } from '#tests/i18n/texts.ts';

/** What is written alike in every language: code, what Shopify holds, messages quoted as they came, people's names. */
const QUOTED = 'script, style, code, pre, body [lang="en"], .Polaris-Tag, .rk-name, template';
/** What the admin shows outside the app's frame. */
const OUTSIDE = 'ui-nav-menu, ui-title-bar, ui-save-bar';
/** What is read out beside the text. */
const ATTRIBUTES = ['aria-label', 'aria-description', 'title', 'placeholder', 'alt'];

/** Everything a page says, shown or read out. */
export function saidOn(html: Locator): Promise<string[]> {
  return html.evaluate(
    (root, { quoted, outside, attributes }) => {
      const said = [root.ownerDocument.title];
      const within = root.ownerDocument.createTreeWalker(root, NodeFilter.SHOW_ALL);
      for (let node: Node | null = within.currentNode; node !== null; node = within.nextNode()) {
        const element = node instanceof Element ? node : node.parentElement;
        if (element === null || element.closest(quoted) !== null) continue;
        if (!element.checkVisibility() && element.closest(outside) === null) continue;
        if (node instanceof Text) said.push(node.data);
        else if (node instanceof Element) {
          for (const name of attributes) said.push(node.getAttribute(name) ?? '');
        }
      }
      return said.map((text) => text.trim()).filter((text) => text !== '');
    },
    { quoted: QUOTED, outside: OUTSIDE, attributes: ATTRIBUTES },
  );
}

const wordsOf = (text: string): string[] =>
  text
    .replaceAll(/\{\{.*?\}\}/g, ' ')
    .split(/\s+/)
    // Domains, tags and names of fields are no words.
    .filter((part) => !/[A-Za-z][:_./@-][A-Za-z]/.test(part))
    .flatMap((part) => part.match(/[A-Za-z]{2,}/g) ?? [])
    .map((word) => word.toLowerCase());

/** Finds English words in what a page in another language says; words its own texts use as well are none. */
export function englishFinder(
  english: Texts,
  own: Texts,
  names: readonly string[],
): (said: string) => boolean {
  const allowed = new Set([...own.values(), ...names].flatMap(wordsOf));
  const foreign = new Set([...english.values()].flatMap(wordsOf).filter((word) => !allowed.has(word)));
  return (said) => wordsOf(said).some((word) => foreign.has(word));
}

import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { closeQueue } from '#app/jobs/queue.server.ts';
import { LOCALES } from '#app/i18n/locale.ts';
import { builtPages, type BuiltPages } from '#tests/routes/built-pages.ts';
import { testDatabase } from '#tests/support/database.ts';

testDatabase();
let pages: BuiltPages;
beforeAll(async () => {
  pages = await builtPages();
});
afterAll(async () => {
  await pages.close();
  await closeQueue(1);
});

type Shown = {
  lang: string | undefined;
  title: string | undefined;
  html: string;
  files: (string | undefined)[];
};

async function shown(answer: Response): Promise<Shown> {
  const html = await answer.text();
  return {
    lang: /<html lang="([^"]*)"/.exec(html)?.[1],
    title: /<title>([^<]*)<\/title>/.exec(html)?.[1],
    html,
    files: [
      ...(answer.headers.get('link') ?? '').matchAll(
        /<\/assets\/([\w-]+)-[\w-]{8}\.js>; rel="modulepreload"/g,
      ),
    ].map(([, name]) => name),
  };
}

const texts = {
  en: { lang: 'en', settings: 'Rekindle – Settings', save: 'Tag prefix', login: 'Shop domain' },
  ko: { lang: 'ko', settings: 'Rekindle – 설정', save: '태그 접두사', login: '스토어 도메인' },
  'zh-TW': { lang: 'zh-TW', settings: 'Rekindle – 設定', save: '標籤前綴', login: '商店網域' },
};

describe.each(LOCALES)('a page in %s', (locale) => {
  const expected = texts[locale];

  it('given the admin’s language, then the page says which it is in, and is in it', async () => {
    const [shop] = pages.shops;
    const page = await shown(await pages.askAs(shop, `/app/settings?shop=${shop}&locale=${locale}`));
    expect([page.lang, page.title]).toEqual([expected.lang, expected.settings]);
    expect(page.html).toContain(expected.save);
  });

  it('given a page that is not there, then it is told in the same language', async () => {
    const [shop] = pages.shops;
    const page = await shown(await pages.askAs(shop, `/app/no/such?shop=${shop}&locale=${locale}`));
    expect([page.lang, page.title]).toEqual([expected.lang, 'Rekindle']);
  });

  it('given a browser without an admin, then the public pages are in its language', async () => {
    const headers = { 'Accept-Language': `${locale},en;q=0.5` };
    for (const path of ['/', '/auth/login']) {
      expect((await shown(await pages.ask(path, { headers }))).lang).toBe(expected.lang);
    }
    expect((await shown(await pages.ask('/auth/login', { headers }))).html).toContain(expected.login);
  });

  it('given the page, then the browser is told to fetch the words of this language and of no other', async () => {
    const [shop] = pages.shops;
    const page = await shown(await pages.askAs(shop, `/app?shop=${shop}&locale=${locale}`));
    expect(page.files).toEqual([locale]);
    for (const other of LOCALES.filter((one) => one !== locale)) {
      expect(page.html).not.toMatch(new RegExp(`/assets/${other}-`));
    }
  });
});

describe('the built scripts', () => {
  it('given the words of a language, then they are in one file and nobody else carries them', () => {
    const scripts = readdirSync('build/client/assets').filter((name) => name.endsWith('.js'));
    for (const locale of LOCALES) {
      const holding = scripts.filter((name) =>
        readFileSync(`build/client/assets/${name}`, 'utf8').includes(texts[locale].save),
      );
      expect(holding.map((name) => name.replace(/-[\w-]{8}\.js$/, ''))).toEqual([locale]);
    }
  });
});

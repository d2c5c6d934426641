import { expect, it } from 'vitest';
import { loggedPath } from '#app/logged-path.ts';

it('C7: given the pages that messages lead customers to, then what lets somebody in there is in no log', () => {
  const token = 'k1.7.4711.3.YWJj.c2VjcmV0';
  const ways = ['/unsubscribe/', '/survey/', '/Unsubscribe/', '//survey/', '/%75nsubscribe/', '/SURVEY/x/'];
  for (const way of ways) {
    expect(loggedPath(way + token), way).toMatch(/^\/(unsubscribe|survey)\/…$/);
    expect(loggedPath(`${way}${token}.data`), way).not.toContain('4711');
  }
  expect(['/app/campaigns', '/app', '/', '/unsubscribe', '/%E0%A4%A'].map(loggedPath)).toEqual([
    '/app/campaigns',
    '/app',
    '/',
    '/unsubscribe',
    '/%E0%A4%A',
  ]);
});

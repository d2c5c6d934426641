import { afterAll, beforeAll, expect, it } from 'vitest';
import { closeDatabase } from '#app/db.server.ts';
import { builtPages, type BuiltPages } from './built-pages.ts';

// This file asks for no database: the one that DATABASE_URL names was never made.
let pages: BuiltPages;
beforeAll(async () => {
  pages = await builtPages();
});
afterAll(async () => {
  await pages.close();
  await closeDatabase();
});

it('given a database that does not answer, then a load balancer is told so', async () => {
  const answer = await pages.ask('/healthcheck');
  expect([answer.status, await answer.text()]).toEqual([503, 'the database does not answer']);
});

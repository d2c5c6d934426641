import type { Page } from 'playwright-core';
import type { MeasuredShop } from './ui-shop.ts';

/** A screen, and what people do on it first. */
export type Screen = { name: string; path: string; act: (page: Page) => Promise<void> };

const button = (name: string) => (page: Page) =>
  page.getByRole('button', { name, exact: true }).first().click();
const link = (name: string | RegExp) => (page: Page) => page.getByRole('link', { name }).first().click();
/** A column that a list is sorted by: Polaris measures its headings and shows them twice. */
const column = (name: string) => (page: Page) =>
  page.locator('th').getByRole('button', { name }).locator('visible=true').first().click();
const back = (page: Page) => page.locator('.Polaris-Page').getByRole('link').first().click();

/** Every screen with its main control, a click or a key: what it brings is waited for. */
export function screensOf(
  { customerId, writeRunId }: MeasuredShop,
  today: string,
  quarter: string,
): Screen[] {
  const days = `from=${quarter}&to=${today}`;
  return [
    {
      name: 'Home',
      path: '/app',
      act: (page) => page.getByText('Show the numbers').first().click(),
    },
    { name: 'Grid', path: '/app/grid', act: button('Table') },
    { name: 'Grid, compared over a quarter', path: `/app/grid?compare=${quarter}`, act: button('Table') },
    { name: 'Customers', path: '/app/customers', act: column('Orders') },
    { name: 'Segment builder', path: '/app/builder/new', act: button('Add condition') },
    { name: 'Segments', path: '/app/segments', act: column('Customers') },
    { name: 'One segment', path: '/app/segments/hibernating', act: button('Most above the shop') },
    { name: 'Transitions', path: '/app/moves', act: button('Show') },
    { name: 'Transitions, a quarter', path: `/app/moves?${days}`, act: button('Show') },
    {
      name: 'Transitions, people',
      path: '/app/moves/people?before=promising&after=hibernating',
      act: column('Orders'),
    },
    {
      name: 'Transitions, people, a quarter',
      path: `/app/moves/people?before=promising&after=hibernating&${days}`,
      act: column('Orders'),
    },
    {
      name: 'At risk',
      path: '/app/at-risk',
      act: (page) => page.locator('tbody .Polaris-Checkbox').first().click(),
    },
    {
      name: 'A customer',
      path: `/app/customers/${customerId}`,
      act: async (page) => {
        await page.getByRole('textbox').first().focus();
        await page.keyboard.press('a');
      },
    },
    { name: 'Purchase cycle', path: '/app/cycle', act: link('Lapsed') },
    { name: 'Lapsed', path: '/app/cycle/lapsed', act: column('Orders') },
    { name: 'Past day', path: '/app/past', act: button('Work it out') },
    {
      name: 'Settings',
      path: '/app/settings',
      act: (page) => page.getByRole('checkbox', { name: 'Count test orders' }).press('Space'),
    },
    { name: 'Scheme', path: '/app/scheme', act: back },
    { name: 'Write-backs', path: '/app/writes', act: (page) => page.locator('tbody a').first().click() },
    { name: 'A write-back', path: `/app/writes/${writeRunId}`, act: link('Older entries') },
    { name: 'Health', path: '/app/health', act: back },
    { name: 'Privacy', path: '/app/privacy', act: link('Older entries') },
  ];
}

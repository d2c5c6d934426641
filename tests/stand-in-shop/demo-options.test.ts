import { describe, expect, it } from 'vitest';
import { readDemoOptions } from '#tests/fake-shopify/demo-options.ts';

describe('the options of the demo', () => {
  it('without any: a made-up shop of 2,400 customers that a person clicks through', () => {
    expect(readDemoOptions([])).toMatchObject({
      orders: null,
      asOf: null,
      timeZone: 'UTC',
      once: false,
      customers: 2400,
      plan: 'standard',
    });
  });

  it('with all that --once takes', () => {
    const args =
      '--once --orders o.csv.gz --as-of 2011-12-10 --tz Europe/London --export out.csv --plan plus';
    expect(readDemoOptions(args.split(' '))).toMatchObject({
      once: true,
      orders: 'o.csv.gz',
      asOf: '2011-12-10',
      timeZone: 'Europe/London',
      export: 'out.csv',
      plan: 'plus',
    });
  });

  it.each([
    ['--as-of 2011-02-30', /--as-of/],
    ['--tz Mars/Base', /--tz/],
    ['--customers 10', /--customers/],
    ['--seed 1.5', /--seed/],
    ['--time-scale fast', /--time-scale/],
    ['--plan free', /--plan/],
    ['--export out.csv', /--once/],
    ['--order x', /--order/],
    ['orders.csv', /orders\.csv/],
  ])('refuses %s in words', (args, words) => {
    expect(() => readDemoOptions(args.split(' '))).toThrow(words);
  });
});

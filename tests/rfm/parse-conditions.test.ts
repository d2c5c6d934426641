import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EVERYBODY, LIMITS, type Condition } from '#app/rfm/conditions.ts';
import { parseTree } from '#app/rfm/parse-conditions.ts';
import { anyQuestion } from './any-question.ts';

const orders: Condition = { what: 'orders', from: 2, to: null };
const problemsOf = (sent: unknown) => {
  const parsed = parseTree(sent);
  return parsed.ok ? [] : parsed.problems;
};
const problemOf = (part: unknown) => problemsOf({ match: 'all', parts: [part] });

describe('a question that somebody sent', () => {
  it('given any that the builder makes, then it is read as it is, also as text', () => {
    fc.assert(
      fc.property(anyQuestion(20_000), (tree) => {
        expect(parseTree(tree)).toEqual({ ok: true, tree });
        expect(parseTree(JSON.stringify(tree))).toEqual({ ok: true, tree });
      }),
      { numRuns: 300 },
    );
  });

  it('given anything at all, then it is read or refused, and what was read reads the same again', () => {
    const nearly = fc.letrec((tie) => ({
      part: fc.oneof(
        { depthSize: 'small' },
        fc.anything(),
        fc.record(
          {
            what: fc.oneof(
              fc.constantFrom('r', 'tier', 'moved', 'tag', '__proto__', 'toString'),
              fc.anything(),
            ),
            from: fc.anything(),
            to: fc.anything(),
            is: fc.oneof(fc.array(fc.string()), fc.anything()),
            not: fc.anything(),
            days: fc.anything(),
            since: fc.anything(),
          },
          { requiredKeys: [] },
        ),
        fc.record({ match: fc.constantFrom('all', 'any', 'none'), parts: fc.array(tie('part')) }),
      ),
    })).part;
    fc.assert(
      fc.property(fc.oneof(nearly, fc.string(), fc.json()), (sent) => {
        const parsed = parseTree(sent);
        if (parsed.ok) expect(parseTree(JSON.stringify(parsed.tree))).toEqual(parsed);
        else expect(parsed.problems.length).toBeGreaterThan(0);
      }),
      { numRuns: 1000 },
    );
  });

  it('given a channel by any of the names Shopify has for it, then it is that channel, once', () => {
    const sent = {
      what: 'channel',
      is: ['web', 'Online_Store', 'android', 'iphone', ' Amazon '],
      not: false,
    };
    expect(parseTree({ match: 'all', parts: [sent] })).toEqual({
      ok: true,
      tree: {
        match: 'all',
        parts: [{ what: 'channel', is: ['online-store', 'pos', 'Amazon'], not: false }],
      },
    });
    expect(problemOf({ what: 'channel', is: [' '], not: false })).toEqual([{ at: [0], problem: 'value' }]);
  });

  it('given nothing to ask for, then it is about everybody', () => {
    expect(parseTree('{"match":"all","parts":[]}')).toEqual({ ok: true, tree: EVERYBODY });
  });

  it.each([
    [{ what: 'orders', from: null, to: null }, 'no-end'],
    [{ what: 'orders', from: 3, to: 2 }, 'order'],
    [{ what: 'orders', from: -1, to: null }, 'bounds'],
    [{ what: 'r', from: 0, to: 3 }, 'bounds'],
    [{ what: 'spent', from: 1.5, to: null }, 'number'],
    [{ what: 'spent', from: '12', to: null }, 'number'],
    [{ what: 'tier', is: [], not: false }, 'no-values'],
    [{ what: 'tier', is: ['golden'], not: false }, 'value'],
    [{ what: 'segment', is: ['At risk'], not: false }, 'value'],
    [{ what: 'product', is: ['0'], not: false }, 'value'],
    [{ what: 'tag', is: ['a\0'], not: false }, 'value'],
    [{ what: 'tag', is: ['\ud800'], not: false }, 'value'],
    [{ what: 'tag', is: ['x'.repeat(256)], not: false }, 'value'],
    [{ what: 'tag', is: Array.from({ length: 51 }, String), not: false }, 'too-many-values'],
    [{ what: 'moved', days: 0, since: null, before: [], after: [] }, 'days'],
    [{ what: 'moved', days: 7, since: '2026-01-01', before: [], after: [] }, 'date'],
    [{ what: 'moved', days: null, since: '2026-02-30', before: [], after: [] }, 'date'],
    [{ what: 'mood', is: ['good'] }, 'shape'],
    [{ what: 'constructor', is: ['good'] }, 'shape'],
    [{ match: 'all', parts: [] }, 'empty-group'],
    [{ match: 'all', parts: [{ match: 'any', parts: [orders] }] }, 'too-deep'],
    [{ match: 'some', parts: [orders] }, 'shape'],
    ['orders', 'shape'],
  ])('given %j, then it says what is wrong with it: %s', (part, problem) => {
    expect(problemOf(part)).toEqual([{ at: [0], problem }]);
  });

  it('given several faults, then each is named with its place', () => {
    const parts = [
      orders,
      { what: 'tier', is: [] },
      { match: 'any', parts: [orders, { what: 'r', from: 9 }] },
    ];
    expect(problemsOf({ match: 'all', parts })).toEqual([
      { at: [1], problem: 'no-values' },
      { at: [2, 1], problem: 'bounds' },
    ]);
  });

  it('given more than there may be, then that is said of the whole', () => {
    const many = (n: number) => Array.from({ length: n }, () => orders);
    const whole = [{ at: [], problem: 'too-many' }];
    expect(problemsOf({ match: 'all', parts: many(LIMITS.parts + 1) })).toEqual(whole);
    const groups = Array.from({ length: 3 }, () => ({ match: 'any', parts: many(14) }));
    expect(problemsOf({ match: 'all', parts: groups })).toEqual(whole);
    expect(problemsOf(`${' '.repeat(LIMITS.text)}{}`)).toEqual(whole);
    expect(problemsOf('{')).toEqual([{ at: [], problem: 'shape' }]);
  });
});

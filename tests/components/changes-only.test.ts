import { describe, expect, it } from 'vitest';
import { changesOnly } from '#app/components/changes-only.ts';

const from = (before: string, after: string, formMethod?: 'POST'): boolean =>
  changesOnly(['by', 'sort'], {
    currentUrl: new URL(before, 'https://app.example'),
    nextUrl: new URL(after, 'https://app.example'),
    ...(formMethod && { formMethod }),
  });

describe('given a page that reads "by" and "sort" of its address itself', () => {
  it('when they alone change, come or go, then the server is not asked', () => {
    expect(from('/a?by=orders', '/a?by=index')).toBe(true);
    expect(from('/a', '/a?by=index')).toBe(true);
    expect(from('/a?days=30&by=index&sort=x', '/a?sort=y&days=30')).toBe(true);
  });

  it('when anything else changes too, then it is', () => {
    expect(from('/a?by=orders', '/b?by=index')).toBe(false);
    expect(from('/a?by=orders&days=30', '/a?by=index&days=90')).toBe(false);
    expect(from('/a?by=orders&days=30', '/a?by=index')).toBe(false);
  });

  it('when the same address is asked for again, or something was sent, then it is', () => {
    expect(from('/a?by=orders', '/a?by=orders')).toBe(false);
    expect(from('/a?by=orders', '/a?by=index', 'POST')).toBe(false);
  });
});

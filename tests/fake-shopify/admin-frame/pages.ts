import { html, type Html } from './html.ts';

/** Rows a list shows at once. */
export const PAGE_SIZE = 50;

/** Links to the page before and after; `page` counts from 1. */
export function pager(path: string, query: string, page: number, total: number): Html {
  const link = (to: number) =>
    `${path}?${new URLSearchParams({ ...(query ? { query } : {}), page: String(to) })}`;
  const last = Math.max(1, Math.ceil(total / PAGE_SIZE));
  return html`<div class="pager">
    ${page > 1 ? html`<a href="${link(page - 1)}" rel="prev">Previous</a>` : null}
    <span>Page ${page} of ${last}</span>
    ${page < last ? html`<a href="${link(page + 1)}" rel="next">Next</a>` : null}
  </div>`;
}

/** The page asked for, at least 1. */
export function pageNumber(search: URLSearchParams): number {
  return Math.max(1, Math.floor(Number(search.get('page') ?? 1)) || 1);
}

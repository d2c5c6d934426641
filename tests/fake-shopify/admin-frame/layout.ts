import type { StaffMember } from '../shop-office.ts';
import { html, type Html } from './html.ts';

export type Surroundings = {
  readonly shopName: string;
  readonly staff: readonly StaffMember[];
  /** Which of them looks. */
  readonly person: StaffMember;
  readonly appName: string;
  /** Where the pages of this shop begin, e.g. /store/morning-row. */
  readonly base: string;
  /** Where the app's pages begin. */
  readonly appBase: string;
  /** Which entry of the menu is open. */
  readonly here: 'home' | 'customers' | 'orders' | 'app';
};

/** Who is signed in; with several people, a way to be somebody else. */
function whoLooks({ staff, person }: Surroundings): Html {
  const name = ({ firstName, lastName }: StaffMember): string => `${firstName} ${lastName}`;
  if (staff.length < 2) return html`<span class="staff">${name(person)}</span>`;
  return html`<form class="staff">
    <select id="staff" name="staff" aria-label="Signed in as">
      ${staff.map(
        (one) =>
          html`<option value="${one.id}" ${one.id === person.id ? html`selected` : null}>
            ${name(one)}${one.accountOwner ? ' (account owner)' : ''}
          </option>`,
      )}
    </select>
  </form>`;
}

/** A page of the admin: top bar, menu, content. */
export function layout(around: Surroundings, title: string, content: Html): string {
  const entry = (key: Surroundings['here'], href: string, label: string) =>
    html`<li><a href="${href}" ${key === around.here ? html`aria-current="page"` : null}>${label}</a></li>`;
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title} · ${around.shopName}</title>
        <link rel="icon" href="data:," />
        <link rel="stylesheet" href="/admin-frame/frame.css" />
        <script type="module" src="/admin-frame/frame.js"></script>
      </head>
      <body>
        <header class="top">
          <button id="menu-button" class="menu-button" aria-expanded="false" aria-controls="menu">
            Menu
          </button>
          <span class="brand">Stand-in admin</span>
          <span class="shop">${around.shopName}</span>
          ${whoLooks(around)}
        </header>
        <nav id="menu" aria-label="Admin">
          <ul>
            ${entry('home', around.base, 'Home')} ${entry('orders', `${around.base}/orders`, 'Orders')}
            ${entry('customers', `${around.base}/customers`, 'Customers')}
          </ul>
          <h2>Apps</h2>
          <ul>
            ${entry('app', around.appBase, around.appName)}
          </ul>
          <ul id="app-nav" aria-label="${around.appName}"></ul>
        </nav>
        <main class="${around.here}">${content}</main>
      </body>
    </html>`.text;
}

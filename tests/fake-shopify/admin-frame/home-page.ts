import type { ShopOffice } from '../shop-office.ts';
import { html, type Html } from './html.ts';
import { count } from './show.ts';

/** The shop at a glance, and the app: installed or not. */
export function homePage(
  { shop, installed }: ShopOffice,
  base: string,
  app: { readonly appName: string; readonly apiKey: string },
): Html {
  return html`<h1>${shop.name}</h1>
    <section class="card">
      <dl>
        <dt>Address</dt>
        <dd>${shop.domain}</dd>
        <dt>Customers</dt>
        <dd><a href="${base}/customers">${count(shop.customers.size)}</a></dd>
        <dt>Orders</dt>
        <dd><a href="${base}/orders">${count(shop.orders.size)}</a></dd>
        <dt>Currency and time zone</dt>
        <dd>${shop.currency}, ${shop.timeZone}</dd>
        <dt>Plan</dt>
        <dd>${shop.plan.name}: ${shop.plan.restoreRate} API points a second</dd>
      </dl>
    </section>
    <section class="card">
      <h2>${app.appName}</h2>
      ${
        installed
          ? html`<p>Installed. <a href="${base}/apps/${app.apiKey}">Open ${app.appName}</a></p>
              <form method="post" action="${base}/uninstall"><button>Uninstall</button></form>`
          : html`<p>Not installed.</p>
              <a class="button primary" href="${base}/apps/${app.apiKey}">Install app</a>`
      }
    </section>`;
}

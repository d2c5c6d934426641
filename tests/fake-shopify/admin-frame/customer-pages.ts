import { refundedOf } from '../store-orders.ts';
import type { FakeCustomer } from '../store-customers.ts';
import type { FakeShop } from '../store.ts';
import { html, type Html } from './html.ts';
import { PAGE_SIZE, pageNumber, pager } from './pages.ts';
import { count, customerName, instant, money } from './show.ts';

/** The list of customers with what was written on them; `query` searches names, e-mails, tags and values. */
export function customersPage(shop: FakeShop, base: string, search: URLSearchParams): Html {
  const query = (search.get('query') ?? '').trim();
  const page = pageNumber(search);
  const rows: FakeCustomer[] = [];
  let found = 0;
  for (const customer of shop.customers.values()) {
    if (!matches(customer, query.toLowerCase())) continue;
    if (found >= (page - 1) * PAGE_SIZE && rows.length < PAGE_SIZE) rows.push(customer);
    found += 1;
  }
  const path = `${base}/customers`;
  return html`<h1>Customers</h1>
    <section class="card">
      <form class="search" role="search">
        <label for="query">Search name, e-mail, tag or segment</label>
        <input id="query" name="query" type="search" value="${query}" /><button>Search</button>
      </form>
      <p>${count(found)} customers</p>
      <div class="scroll" role="region" aria-label="List of customers" tabindex="0">
        <table>
          <thead>
            <tr>
              <th scope="col">Customer</th>
              <th scope="col">Orders</th>
              <th scope="col">Tags</th>
              <th scope="col">rfm_segment</th>
              <th scope="col">rfm_profile</th>
            </tr>
          </thead>
          <tbody>
            ${rows.map((customer) => customerRow(shop, path, customer))}
          </tbody>
        </table>
      </div>
      ${pager(path, query, page, found)}
    </section>`;
}

/** One customer: consent, tags, metafields and orders. */
export function customerPage(shop: FakeShop, base: string, customer: FakeCustomer): Html {
  const orders = (shop.ordersByCustomer.get(customer.id) ?? []).flatMap((id) => shop.orders.get(id) ?? []);
  return html`<p><a href="${base}/customers">Customers</a></p>
    <h1>${customerName(customer)}</h1>
    <section class="card">
      <dl>
        <dt>E-mail</dt>
        <dd>${customer.email ?? 'none'} (${customer.emailState.toLowerCase().replace('_', ' ')})</dd>
        <dt>Phone</dt>
        <dd>${customer.phone ?? 'none'} (SMS ${customer.smsState.toLowerCase().replace('_', ' ')})</dd>
        <dt>Customer since</dt>
        <dd>${instant(customer.createdAt, shop.timeZone)}</dd>
      </dl>
    </section>
    <section class="card">
      <h2>Tags</h2>
      ${tags(customer)}
    </section>
    <section class="card">
      <h2>Metafields</h2>
      ${customer.metafields.size === 0 ? html`<p>None.</p>` : null}
      <dl>
        ${[...customer.metafields.values()].map(
          (field) =>
            html`<dt><code>${field.key}</code> <small>${field.type}, ${field.namespace}</small></dt>
              <dd><code>${field.value}</code></dd>`,
        )}
      </dl>
    </section>
    <section class="card">
      <h2>Orders</h2>
      ${ordersTable(shop, base, orders)}
    </section>`;
}

/** The newest orders of the shop. */
export function ordersPage(shop: FakeShop, base: string, search: URLSearchParams): Html {
  const page = pageNumber(search);
  const ids = [...shop.orders.keys()].toReversed().slice((page - 1) * PAGE_SIZE, page * PAGE_SIZE);
  return html`<h1>Orders</h1>
    <section class="card">
      <p>${count(shop.orders.size)} orders</p>
      ${ordersTable(
        shop,
        base,
        ids.flatMap((id) => shop.orders.get(id) ?? []),
      )}
      ${pager(`${base}/orders`, '', page, shop.orders.size)}
    </section>`;
}

function ordersTable(
  shop: FakeShop,
  base: string,
  orders: readonly Parameters<typeof refundedOf>[0][],
): Html {
  if (orders.length === 0) return html`<p>None.</p>`;
  return html`<div class="scroll" role="region" aria-label="List of orders" tabindex="0">
    <table>
      <thead>
        <tr>
          <th scope="col">Order</th>
          <th scope="col">Date</th>
          <th scope="col">Customer</th>
          <th scope="col">Status</th>
          <th scope="col">Total</th>
          <th scope="col">Refunded</th>
        </tr>
      </thead>
      <tbody>
        ${orders.map((order) => {
          const customer = order.customerId === null ? undefined : shop.customers.get(order.customerId);
          const remarks = [order.cancelledAt === null ? '' : 'cancelled', order.test ? 'test' : ''];
          const status = [order.financialStatus.toLowerCase().replace('_', ' '), ...remarks].filter(Boolean);
          return html`<tr>
            <td>${order.name}</td>
            <td>${instant(order.processedAt, shop.timeZone)}</td>
            <td>
              ${
                customer
                  ? html`<a href="${base}/customers/${customer.id}">${customerName(customer)}</a>`
                  : 'Guest'
              }
            </td>
            <td>${status.join(', ')}</td>
            <td class="number">${money(order.total, shop.currency)}</td>
            <td class="number">${refundedOf(order) === 0 ? '' : money(refundedOf(order), shop.currency)}</td>
          </tr>`;
        })}
      </tbody>
    </table>
  </div>`;
}

function customerRow(shop: FakeShop, path: string, customer: FakeCustomer): Html {
  const value = (key: string) => [...customer.metafields.values()].find((f) => f.key === key)?.value ?? '';
  return html`<tr>
    <td><a href="${path}/${customer.id}">${customerName(customer)}</a></td>
    <td class="number">${shop.ordersByCustomer.get(customer.id)?.length ?? 0}</td>
    <td>${tags(customer)}</td>
    <td>${value('rfm_segment')}</td>
    <td><code>${value('rfm_profile')}</code></td>
  </tr>`;
}

function tags(customer: FakeCustomer): Html {
  if (customer.tags.length === 0) return html`<span class="none">No tags</span>`;
  return html`<ul class="tags">
    ${customer.tags.map((tag) => html`<li>${tag}</li>`)}
  </ul>`;
}

function matches(customer: FakeCustomer, query: string): boolean {
  if (query === '') return true;
  const texts = [customerName(customer), customer.email ?? '', String(customer.id), ...customer.tags];
  if (texts.some((text) => text.toLowerCase().includes(query))) return true;
  return [...customer.metafields.values()].some((field) => field.value.toLowerCase() === query);
}

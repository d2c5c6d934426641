import { gid } from './gid.ts';
import { plainModel, typeModel } from './model.ts';
import type { FakeCustomer } from './store-customers.ts';
import type { FakeOrder } from './store-orders.ts';
import type { FakeCompany, FakeShop } from './store.ts';

/** Someone who orders for a company. */
type Contact = { readonly id: number; readonly company: FakeCompany; readonly customer: FakeCustomer };

/** What `Order.purchasingEntity` is when a company ordered. */
type PurchasingCompany = {
  readonly company: FakeCompany;
  readonly contact: Contact | null;
  readonly location: { readonly locationId: number; readonly name: string };
};

/** The customer or company behind an order; null for a guest. */
export function purchaser(order: FakeOrder, shop: FakeShop): FakeCustomer | PurchasingCompany | null {
  const customer = order.customerId === null ? undefined : shop.customers.get(order.customerId);
  const company = order.companyId === null ? undefined : shop.companies.get(order.companyId);
  if (company === undefined) return customer ?? null;
  const contact = customer && contactsOf(customer, shop).find((one) => one.company === company);
  const location = { locationId: company.locationId, name: company.name };
  return { company, contact: contact ?? null, location };
}

/** `Customer.companyContactProfiles`. */
export function contactsOf(customer: FakeCustomer, shop: FakeShop): Contact[] {
  return customer.companyContacts.flatMap(({ id, companyId }) => {
    const company = shop.companies.get(companyId);
    return company === undefined ? [] : [{ id, company, customer }];
  });
}

export const purchasingCompany = plainModel('company', 'contact', 'location');

export const company = typeModel<FakeCompany>({
  id: ({ id }) => gid('Company', id),
  name: ({ name }) => name,
});

export const companyLocation = typeModel<PurchasingCompany['location']>({
  id: ({ locationId }) => gid('CompanyLocation', locationId),
  name: ({ name }) => name,
});

export const companyContact = typeModel<Contact>({
  id: ({ id }) => gid('CompanyContact', id),
  company: ({ company }) => company,
  customer: ({ customer }) => customer,
});

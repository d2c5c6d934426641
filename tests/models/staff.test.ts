import { describe, expect, it } from 'vitest';
import { installShop, markUninstalled } from '#app/models/shops.server.ts';
import { changeRole, seeStaff, staffOf } from '#app/models/staff.server.ts';
import { testDatabase, testShop } from '#tests/support/database.ts';

testDatabase();

const rolesOf = async (shopId: number) => (await staffOf(shopId)).map(({ userId, role }) => [userId, role]);

describe('the people of a shop', () => {
  it('given a fresh install, when people open the app, then the first is a manager and the others are staff', async () => {
    const { id } = await testShop();
    await seeStaff(id, 11, false);
    await seeStaff(id, 12, true);
    await seeStaff(id, 11, false);
    expect(await staffOf(id)).toMatchObject([
      { userId: 11, role: 'manager', accountOwner: false },
      { userId: 12, role: 'staff', accountOwner: true },
    ]);
  });

  it('given ten first users at once, then exactly one of them is a manager', async () => {
    const { id } = await testShop();
    await Promise.all(Array.from({ length: 10 }, (_, i) => seeStaff(id, 100 + i, false)));
    expect((await staffOf(id)).filter(({ role }) => role === 'manager')).toHaveLength(1);
  });

  it('given another account owner, when both sign in again, then each is what Shopify says now', async () => {
    const { id } = await testShop();
    await seeStaff(id, 1, true);
    await seeStaff(id, 2, false);
    expect((await seeStaff(id, 1, false)).accountOwner).toBe(false);
    expect((await seeStaff(id, 2, true)).accountOwner).toBe(true);
  });

  it('given one manager and no account owner, when that one would be made staff, then it is refused', async () => {
    const { id } = await testShop();
    await seeStaff(id, 1, false);
    await seeStaff(id, 2, false);
    expect(await changeRole(id, 1, 'staff')).toBe('last-manager');
    expect(await changeRole(id, 2, 'manager')).toBe('changed');
    expect(await changeRole(id, 1, 'staff')).toBe('changed');
    expect(await changeRole(id, 2, 'staff')).toBe('last-manager');
    expect(await rolesOf(id)).toEqual([
      [1, 'staff'],
      [2, 'manager'],
    ]);
    await seeStaff(id, 3, true);
    expect(await changeRole(id, 2, 'staff')).toBe('changed');
  });

  it('given two managers who make each other staff at the same time, then one stays a manager', async () => {
    const { id } = await testShop();
    await seeStaff(id, 1, false);
    await seeStaff(id, 2, false);
    await changeRole(id, 2, 'manager');
    const outcomes = await Promise.all([changeRole(id, 1, 'staff'), changeRole(id, 2, 'staff')]);
    expect(outcomes.sort()).toEqual(['changed', 'last-manager']);
  });

  it("given another shop's user, then nobody here has that id", async () => {
    const [mine, other] = [await testShop(), await testShop()];
    await seeStaff(mine.id, 1, true);
    await seeStaff(other.id, 2, false);
    expect(await changeRole(mine.id, 2, 'manager')).toBe('unknown');
    expect(await rolesOf(other.id)).toEqual([[2, 'manager']]);
  });

  it('given an uninstall, when the shop installs again, then roles are given anew', async () => {
    const { id, domain } = await testShop();
    await seeStaff(id, 1, false);
    await seeStaff(id, 2, false);
    await markUninstalled(id);
    await installShop(domain, []);
    await seeStaff(id, 2, false);
    await seeStaff(id, 1, false);
    expect(await rolesOf(id)).toEqual([
      [2, 'manager'],
      [1, 'staff'],
    ]);
  });
});

import { z } from 'zod';
import { changeRole } from '#app/models/staff.server.ts';

export type PeopleAnswer = { result: 'role-changed' | 'last-manager' };

const form = z.strictObject({
  intent: z.literal('change-role'),
  userId: z
    .string()
    .regex(/^[1-9]\d{0,14}$/)
    .transform(Number),
  role: z.enum(['manager', 'staff']),
});

/**
 * Gives somebody of the shop another role.
 * @throws Response 400 when the form is not the page's, 404 when nobody of this shop has that id
 */
export async function answerPeople(shopId: number, sent: FormData): Promise<PeopleAnswer> {
  const parsed = form.safeParse(Object.fromEntries(sent));
  if (!parsed.success) throw new Response(null, { status: 400 });
  const outcome = await changeRole(shopId, parsed.data.userId, parsed.data.role);
  if (outcome === 'unknown') throw new Response(null, { status: 404 });
  return { result: outcome === 'changed' ? 'role-changed' : outcome };
}

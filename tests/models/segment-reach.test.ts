import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inShop } from '#app/db.server.ts';
import { segmentReach } from '#app/models/reach.server.ts';
import { TEN_SEGMENTS } from '#app/rfm/schemes.ts';
import { testDatabase, testShop } from '#tests/support/database.ts';

testDatabase();

const EMAIL = ['SUBSCRIBED', 'NOT_SUBSCRIBED', 'UNSUBSCRIBED', 'PENDING', 'INVALID', 'REDACTED', null];
const SMS = ['SUBSCRIBED', 'NOT_SUBSCRIBED', 'UNSUBSCRIBED', 'PENDING', 'REDACTED', null];
const member = fc.record({
  segment: fc.option(fc.constantFrom(...TEN_SEGMENTS.segments.map((slug) => slug)), { freq: 6 }),
  read: fc.nat(7).map((n) => n > 0),
  email: fc.constantFrom(...EMAIL),
  sms: fc.constantFrom(...SMS),
});

describe('given customers with any consent, some of them not read yet', () => {
  it('then whom each segment can reach by each channel is what a look at every customer says', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(member, { maxLength: 40 }), async (members) => {
        const [{ id: shopId }, { id: other }] = [await testShop(), await testShop()];
        const day = new Date(0);
        await inShop(shopId, async (db) => {
          await db.score.createMany({
            data: members.map(({ segment }, i) => ({
              shopId,
              customerId: i,
              frequency: 1,
              monetary: 1,
              r: segment === null ? 0 : 1,
              f: 1,
              m: 1,
              segment,
              since: day,
            })),
          });
          await db.customer.createMany({
            data: members.flatMap(({ read, email, sms }, i) =>
              read
                ? [
                    {
                      shopId,
                      id: i,
                      createdAt: day,
                      updatedAt: day,
                      emailConsent: email,
                      smsConsent: sms,
                    },
                  ]
                : [],
            ),
          });
        });
        for (const slug of TEN_SEGMENTS.segments) {
          const mine = members.filter(({ segment }) => segment === slug);
          const known = mine.filter(({ read }) => read);
          const agreed = (states: (string | null)[]) =>
            states.filter((state) => state === 'SUBSCRIBED').length;
          const refused = (states: (string | null)[]) =>
            states.filter((state) => ['NOT_SUBSCRIBED', 'UNSUBSCRIBED', 'PENDING'].includes(state ?? ''))
              .length;
          const [emails, numbers] = [known.map(({ email }) => email), known.map(({ sms }) => sms)];
          expect(await segmentReach(shopId, slug)).toEqual({
            customers: mine.length,
            unknown: mine.length - known.length,
            email: { agreed: agreed(emails), notAgreed: refused(emails) },
            sms: { agreed: agreed(numbers), notAgreed: refused(numbers) },
            phone: numbers.filter((state) => state !== null && state !== 'REDACTED').length,
          });
          expect((await segmentReach(other, slug)).customers).toBe(0);
        }
      }),
      { numRuns: 12 },
    );
  });
});

import { expect, it } from 'vitest';
import { messageCode, type MessageCode } from '#app/campaigns/message-code.ts';
import type { Offer } from '#app/campaigns/plan.ts';

const OFFER: Offer = { kind: 'percentage', percent: 15, minimum: null, on: { kind: 'all' } };
const NONE = { offer: { kind: 'none' }, code: null, endsAt: null } as const;
const EARLIER: MessageCode = { code: 'BACK-1', offer: OFFER, endsAt: 1000 };

it.each([
  [
    'its own offer',
    'message',
    { offer: OFFER, code: 'BACK-2', endsAt: 9 },
    { code: 'BACK-2', offer: OFFER, endsAt: 9 },
  ],
  ['an offer whose code is not there', 'message', { offer: OFFER, code: null, endsAt: null }, null],
  ['no offer', 'message', NONE, null],
  ['no offer, and a question', 'survey', NONE, null],
  ['no offer, reminding', 'reminder', NONE, EARLIER],
] as const)(
  'given a message with %s after a step with a code, then it tells of the right one',
  (_, kind, own, code) => {
    expect(messageCode(kind, own, EARLIER, 999)).toEqual(code);
  },
);

it('given a reminder of what is over or was never given, then it tells of no code', () => {
  expect(messageCode('reminder', NONE, EARLIER, 1000)).toBeNull();
  expect(messageCode('reminder', NONE, null, 0)).toBeNull();
  expect(messageCode('reminder', NONE, { ...EARLIER, endsAt: null }, 1e15)).not.toBeNull();
});

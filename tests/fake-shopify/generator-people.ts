import type { RandomSource } from './generator-random.ts';
import type { ConsentState, NewCustomer } from './store-customers.ts';

const FIRST =
  'Anna Ben Carla David Elena Felix Grace Hugo Ines Jonas Kim Lena Marco Nora Oscar Paula Quinn Rosa Simon Tara Ulla Victor Wanda Yuki Zoe Amir Bella Chen Dana Emil Freya Gino Hana Ivo Jun Kaya Leo Mina Nils Olga'.split(
    ' ',
  );
const LAST =
  'Adler Baker Costa Dubois Eriksen Ferrari Gruber Hansen Ito Jansen Keller Lopez Moreau Novak Olsen Park Quist Rossi Schmidt Tanaka Ueda Vogel Weber Xu Young Zeman Abbott Brandt Conti Durand Engel Fischer Garcia Huber Ivanov Jung Kowalski Lang Meyer Nguyen Okafor Pereira Richter Silva Thomsen Urban Visser Wolff Yilmaz Zhao'.split(
    ' ',
  );
/** Tags other people put on customers. One in our prefix is not ours; one in another case is adopted. */
const FOREIGN_TAGS: readonly (readonly [tag: string, share: number])[] = [
  ['newsletter', 0.18],
  ['VIP', 0.02],
  ['gift-buyer', 0.03],
  ['Subscription: decaf', 0.01],
  ['rfm:vip-friends', 0.002],
  ['RFM:Champions', 0.002],
];

/** A person: name, unique e-mail in mixed case, consent, tags others placed. `number` makes them unique. */
export function person(random: RandomSource, number: number, createdAt: number): NewCustomer {
  const firstName = random.pick(FIRST);
  const lastName = random.pick(LAST);
  const local = random.chance(0.2) ? `${firstName}.${lastName}` : `${firstName}.${lastName}`.toLowerCase();
  const hasPhone = random.chance(0.4);
  const tags = FOREIGN_TAGS.flatMap(([tag, share]) => (random.chance(share) ? [tag] : []));
  return {
    firstName,
    lastName,
    email: `${local}.${number}@example.${random.pick(['com', 'org', 'net'])}`,
    phone: hasPhone ? `+1555${String(1_000_000 + (number % 9_000_000))}` : null,
    emailState: consent(random, 0.56),
    smsState: hasPhone ? consent(random, 0.25) : 'NOT_SUBSCRIBED',
    ...(tags.length > 0 ? { tags } : {}),
    createdAt,
  };
}

function consent(random: RandomSource, subscribed: number): ConsentState {
  if (random.chance(subscribed)) return 'SUBSCRIBED';
  if (random.chance(0.2)) return 'UNSUBSCRIBED';
  return random.chance(0.06) ? 'PENDING' : 'NOT_SUBSCRIBED';
}

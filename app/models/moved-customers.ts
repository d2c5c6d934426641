import type { Day } from '#app/rfm/calendar.ts';
import type { Place } from '#app/rfm/moves.ts';
import { numberOfSlug, type Scheme } from '#app/rfm/schemes.ts';
import type { Cause } from '#app/rfm/transitions.ts';

/** Room for the numbers of places in a state: a shop has had 100 segments of its own at most. */
const PLACES = 256;

/** Two days of a shop's history, the earlier first. */
export type TwoDays = { from: Day; to: Day };

const CAUSES = Object.keys({
  first: true,
  order: true,
  time: true,
  correction: true,
  others: true,
  settings: true,
} satisfies Record<Cause, true>);

/** A text as SQL. */
const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** The number of a text among `texts`, from 1, 0 = null, SQL: in a state it takes less time than the text. */
const numberOf = (text: string, texts: readonly string[]): string =>
  `case ${text} ${texts.map((one, place) => `when ${quoted(one)} then ${place + 1}`).join(' ')} else 0 end`;

/** The text of a number, SQL; null of 0. */
const textOf = (number: string, texts: readonly string[]): string =>
  `(array[${texts.map(quoted).join(', ')}])[${number}]`;

/** A day of a parameter, SQL. */
const dayOf = (parameter: string): string => `date '1970-01-01' + ${parameter}::int`;

/** What a statement about moves begins with: the shop, the first day, the second day. */
export const twoDays = (shopId: number, { from, to }: TwoDays): number[] => [shopId, from, to];

/** The changes after the first day, SQL; of which `only` is a further condition. */
export const changesSince = (only: string): string =>
  `from segment_changes where shop_id = $1 and day > ${dayOf('$2')} and ${only}`;

/** Whether a change was by the end of the second day, SQL. */
export const UNTIL_SECOND = `day <= ${dayOf('$3')}`;

/** A condition on changes, SQL: another segment, and not just other scores. */
export const MOVES = 'before is distinct from after';

/**
 * Where customers who changed after the first day were on the two days and are now, SQL with a row for each. The state
 * at the end of a day is what the first change after it began from, or without one what the last change led to. Each
 * state is one number, the run first, so that the first and the last of a customer are a minimum and a maximum: sorted
 * by customer the changes take longer. `placeIn` and `monetaryIn` take a state apart; `move` is the last move between
 * the days.
 * @param only a condition on the changes: the first and last of those are looked for
 */
export const changedCustomers = ({ known }: Scheme, only: string): string => `
  select customer_id, min(was) as first_state,
    coalesce(min(was) filter (where not between_days), max(became)) as second_state,
    max(became) as last_state, max(move) as move
  from (select customer_id, ${UNTIL_SECOND} as between_days,
      ${stateOf(known, 'before', 'score_before')} as was, ${stateOf(known, 'after', 'score_after')} as became,
      case when ${UNTIL_SECOND} and ${MOVES} then run_id * 8 + ${numberOf('cause', CAUSES)} end as move
    ${changesSince(only)}) changes
  group by customer_id`;

const stateOf = (known: readonly string[], segment: string, scores: string): string =>
  `(run_id * ${PLACES} + ${numberOf(segment, known)}) * 1000 + ${scores}::int`;

/** The number of the place in a state, SQL: as `numberOfPlace` has it. */
export const placeIn = (state: string): string => `${state} / 1000 % ${PLACES}`;

/** The number of the place that a scheme gives the scores in a state, whatever named it then; SQL. */
const placeByScores = ({ numberAt }: Scheme, state: string): string =>
  `(array[${numberAt.join()}]::int[])[${state} % 1000 / 100 * 36 + ${state} % 100 / 10 * 6 + ${state} % 10 + 1]`;

/** Two places as one number. */
export const numberOfMove = (scheme: Scheme, { before, after }: { before: Place; after: Place }): number =>
  numberOfSlug(scheme, before) * PLACES + numberOfSlug(scheme, after);

/** The same of two states by their scores, SQL. */
export const moveByScores = (scheme: Scheme, first: string, second: string): string =>
  `${placeByScores(scheme, first)} * ${PLACES} + ${placeByScores(scheme, second)}`;

/** The segment of a place's number, SQL; null = unscored. */
export const segmentOfNumber = ({ known }: Scheme, number: string): string => textOf(number, known);

/** The monetary score in a state, SQL; 0 = unscored. */
export const monetaryIn = (state: string): string => `${state} % 10`;

/** The number of the cause of a move, SQL. */
export const causeIn = (move: string): string => `${move} % 8`;

/** The cause of a number, SQL; null without a move. */
export const causeOfNumber = (number: string): string => textOf(number, CAUSES);

/** The run of a move, SQL. */
export const runIn = (move: string): string => `${move} / 8`;

import { useTranslation } from 'react-i18next';
import { useFormat } from '#app/i18n/format.tsx';
import type { Day } from '#app/rfm/calendar.ts';
import type { Place } from '#app/rfm/moves.ts';
import type { Cause } from '#app/rfm/transitions.ts';
import { LastMove } from './last-move.tsx';
import { MembersTable, type LiveNames, type Member, type MemberSort } from './members-table.tsx';
import { usePlaceName } from './moves-words.ts';

/** A valuable customer in a worse segment than before. */
type Fallen = Member & {
  before: Place;
  after: Place;
  moved: { day: Day; cause: Cause } | null;
};

type FallenTableProps = {
  members: Fallen[];
  names: Promise<LiveNames>;
  /** The day money and days since the order are as of. */
  asOf: Day;
  sort: MemberSort;
  onSort: (sort: MemberSort) => void;
  page: { previous?: () => void; next?: () => void };
  loading: boolean;
};

/** The members table with each customer's fall, its cause, and how long the last order is ago. */
export function FallenTable({ asOf, ...table }: FallenTableProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const nameOf = usePlaceName();
  const cell = ({ before, after, moved, lastOrderDay }: Fallen) => (
    <div className="rk-row-note">
      <div>{t('moves.people.title', { from: nameOf(before), to: nameOf(after) })}</div>
      <LastMove moved={moved} />
      {lastOrderDay !== null && (
        <div>
          {t('moves.fallen.since', { count: asOf - lastOrderDay, n: format.count(asOf - lastOrderDay) })}
        </div>
      )}
    </div>
  );
  return <MembersTable {...table} extra={{ title: t('moves.fallen.move'), cell }} />;
}

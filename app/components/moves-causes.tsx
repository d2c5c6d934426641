import { IndexTable } from '@shopify/polaris';
import { useTranslation } from 'react-i18next';
import { useFormat } from '#app/i18n/format.tsx';
import type { Moves } from '#app/rfm/moves.ts';

/** How many moved for which cause, and how many of them to a better or a worse segment. */
export function MovesCauses({ causes, moved }: Pick<Moves, 'causes' | 'moved'>) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <IndexTable
      selectable={false}
      itemCount={causes.length}
      resourceName={{ singular: t('moves.causes.one'), plural: t('moves.causes.many') }}
      headings={[
        { title: t('moves.causes.cause') },
        { title: t('segmentTable.customers'), alignment: 'end' },
        { title: t('segmentTable.share'), alignment: 'end' },
        { title: t('moves.causes.better'), alignment: 'end' },
        { title: t('moves.causes.worse'), alignment: 'end' },
      ]}
    >
      {causes.map(({ cause, people, better, worse }, position) => (
        <IndexTable.Row id={cause} key={cause} position={position}>
          <IndexTable.Cell as="th" scope="row">
            <span className="rk-name">{t(`history.cause.${cause}`)}</span>
          </IndexTable.Cell>
          <IndexTable.Cell className="rk-number">{format.count(people)}</IndexTable.Cell>
          <IndexTable.Cell className="rk-number">{format.share(people / moved)}</IndexTable.Cell>
          <IndexTable.Cell className="rk-number">{format.count(better)}</IndexTable.Cell>
          <IndexTable.Cell className="rk-number">{format.count(worse)}</IndexTable.Cell>
        </IndexTable.Row>
      ))}
    </IndexTable>
  );
}

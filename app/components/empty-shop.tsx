import { useTranslation } from 'react-i18next';
import { useFormat } from '#app/i18n/format.tsx';
import { EmptyCard } from './empty-card.tsx';

/** A shop without a customer to score yet: what will be here, and why there is nothing now. */
export function EmptyShop({ orders }: { orders: number }) {
  const { t } = useTranslation();
  const format = useFormat();
  const kind = orders === 0 ? 'noOrders' : 'noneCount';
  return (
    <EmptyCard
      title={t(`empty.${kind}.title`)}
      text={t(`empty.${kind}.text`, { count: orders, n: format.count(orders) })}
      {...(kind === 'noneCount'
        ? { action: { content: t('empty.noneCount.action'), url: '/app/settings' } }
        : {})}
    />
  );
}

import { useTranslation } from 'react-i18next';

/**
 * How people of the shop are called: only Shopify knows their names.
 * @param you who looks
 * @param within whether the name stands within a sentence
 */
export function usePersonName(you: number, within = false): (userId: number) => string {
  const { t } = useTranslation();
  const names = within ? 'people.within' : 'people';
  return (userId) => (userId === you ? t(`${names}.you`) : t(`${names}.member`, { id: userId }));
}

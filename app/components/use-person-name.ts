import { useTranslation } from 'react-i18next';

/**
 * How people of the shop are called: only Shopify knows their names.
 * @param you who looks
 * @param within whether the name stands within a sentence
 */
export function usePersonName(you: number, within = false): (userId: number) => string {
  const { t } = useTranslation();
  return (userId) => {
    if (userId === you) return within ? t('people.within.you') : t('people.you');
    return within ? t('people.within.member', { id: userId }) : t('people.member', { id: userId });
  };
}

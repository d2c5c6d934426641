import { useTranslation } from 'react-i18next';
import { consentOf } from '#app/rfm/conditions.ts';
import { FactsCard } from './facts-card.tsx';

/** What Shopify records about a channel: null = there is no address or number of it. */
export type Consent = { email: string | null; sms: string | null };

/** States of consent that have a word of ours. */
const STATES = [
  'SUBSCRIBED',
  'PENDING',
  'UNSUBSCRIBED',
  'NOT_SUBSCRIBED',
  'NEVER_SUBSCRIBED',
  'INVALID',
  'REDACTED',
] as const;
type State = (typeof STATES)[number];

/** By what a customer agreed to be reached. */
export function ConsentCard({ consent }: { consent: Consent | null }) {
  const { t } = useTranslation();
  const said = (state: string | null): string => {
    if (state === null) return t('customerPage.consent.without');
    return isKnown(state) ? t(`customerPage.consent.state.${state}`) : state;
  };
  const facts =
    consent === null
      ? []
      : [
          { label: t('segmentPages.reach.email'), value: said(consent.email) },
          { label: t('segmentPages.reach.sms'), value: said(consent.sms) },
          {
            label: t('segmentPages.reach.phone'),
            value: t(hasPhone(consent.sms) ? 'customerPage.consent.phone' : 'customerPage.consent.noPhone'),
            note: t('segmentPages.reach.phoneNote'),
          },
          {
            label: t('segmentPages.reach.post'),
            value: t('segmentPages.reach.postHas'),
            note: t('segmentPages.reach.postNote'),
          },
        ];
  return (
    <FactsCard
      title={t('segmentPages.reach.title')}
      facts={facts}
      {...(consent === null ? { none: t('customerPage.consent.unread') } : {})}
    />
  );
}

/** Shopify keeps a state of numbers that are wrong or were erased, too. */
function hasPhone(sms: string | null): boolean {
  return !['none', 'unusable'].includes(consentOf(sms));
}

function isKnown(state: string): state is State {
  return (STATES as readonly string[]).includes(state);
}

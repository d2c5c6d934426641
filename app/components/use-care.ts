import { useFetcher } from '@remix-run/react';
import { useAppBridge } from '@shopify/app-bridge-react';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '#app/i18n/format.tsx';
import type { CareAnswer, CareWhat } from './care-fields.tsx';

/** A customer, and the version of what is noted about it that is shown. */
type SeenCustomer = { customerId: number; version: number };

/** Where everything that is noted about customers is sent, from whichever page. */
const ACTION = '/app/at-risk';

/** Sends what staff note about customers. @param onSaved runs once after each thing that was saved */
export function useCare(onSaved: (what: CareWhat) => void) {
  const { t } = useTranslation();
  const format = useFormat();
  const shopify = useAppBridge();
  const fetcher = useFetcher<CareAnswer>();
  const answer = fetcher.state === 'idle' ? fetcher.data : undefined;
  const told = useRef<CareAnswer>();
  useEffect(() => {
    if (answer?.result !== 'saved' || told.current === answer) return;
    told.current = answer;
    const { what, saved } = answer;
    const customers = t('customers', { count: saved, n: format.count(saved) });
    if (saved > 0) shopify.toast.show(t(`care.saved.${what}`, { customers }));
    onSaved(what);
  }, [answer, format, onSaved, shopify, t]);
  return {
    answer,
    busy: fetcher.state !== 'idle',
    /** What is wrong with what was typed, of this kind. */
    problemOf: (what: CareWhat) =>
      answer?.result === 'invalid' && answer.what === what ? answer.problem : null,
    save: (what: CareWhat, value: string, customers: readonly SeenCustomer[]) =>
      fetcher.submit(
        {
          what,
          value,
          customers: customers.map(({ customerId, version }) => `${customerId}:${version}`).join(),
        },
        { method: 'post', action: ACTION },
      ),
  };
}

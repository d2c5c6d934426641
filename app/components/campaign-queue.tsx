import { useFetcher } from '@remix-run/react';
import { useAppBridge } from '@shopify/app-bridge-react';
import { Banner, BlockStack, Text, useIndexResourceState } from '@shopify/polaris';
import { useCallback, useEffect, useRef, useState, type ComponentProps, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '#app/i18n/format.tsx';
import type { Day } from '#app/rfm/calendar.ts';
import { CampaignQueuePanel, type AskedDecision } from './campaign-queue-panel.tsx';
import { CampaignQueueTable, offerKey } from './campaign-queue-table.tsx';
import type { LiveNames } from './members-table.tsx';
import { usePersonName } from './use-person-name.ts';

type Deciding = AskedDecision | 'approve';

/** What came of a decision about offers that wait. */
export type QueueAnswer =
  | {
      result: 'decided';
      what: Deciding;
      done: number;
      late: { customerId: number; by: number | null }[];
      over: boolean;
    }
  | { result: 'invalid'; what: Deciding; problem: 'date' | 'message' };

type QueueProps = Omit<ComponentProps<typeof CampaignQueueTable>, 'selection' | 'acts'> & {
  people: number[];
  today: Day;
  shopName: string;
  /** Whether there is a message to be changed. */
  byMail: boolean;
  /** What stands there when nothing waits. */
  empty: ReactNode;
};

/** One page of a campaign's queue, and what staff decide about the offers they select on it. */
export function CampaignQueue({ people, today, shopName, byMail, empty, ...table }: QueueProps) {
  const { offers, you, names } = table;
  const { t } = useTranslation();
  const format = useFormat();
  const shopify = useAppBridge();
  const fetcher = useFetcher<QueueAnswer>();
  const answer = fetcher.state === 'idle' ? fetcher.data : undefined;
  const [asking, setAsking] = useState<AskedDecision | null>(null);
  const known = useNames(names);
  const list = useRef<HTMLDivElement>(null);
  const { selectedResources, allResourcesSelected, handleSelectionChange, clearSelection } =
    useIndexResourceState(offers, { resourceIDResolver: offerKey });
  const chosen = offers.filter((offer) => selectedResources.includes(offerKey(offer)));
  const leave = useCallback(() => {
    setAsking(null);
    // What had the focus is gone with the panel or the selection.
    list.current?.focus();
  }, []);
  const told = useRef<QueueAnswer>();
  useEffect(() => {
    if (answer?.result !== 'decided' || told.current === answer) return;
    told.current = answer;
    const customers = t('customers', { count: answer.done, n: format.count(answer.done) });
    if (answer.done > 0) shopify.toast.show(t(`campaigns.queue.done.${answer.what}`, { customers }));
    clearSelection();
    leave();
  }, [answer, clearSelection, format, leave, shopify, t]);
  const decide = (what: Deciding, value = '', message?: { subject: string; body: string }): void =>
    fetcher.submit({ what, value, offers: chosen.map(offerKey).join(), ...message }, { method: 'post' });
  const ask = (what: AskedDecision) => ({
    content: t(`campaigns.queue.${what}`),
    onAction: () => setAsking(what),
  });
  return (
    <div ref={list} tabIndex={-1} className="rk-focusless">
      <BlockStack gap="300">
        <Outcome answer={answer} you={you} />
        {asking !== null && chosen.length > 0 && (
          <CampaignQueuePanel
            key={`${asking} ${selectedResources.join()}`}
            what={asking}
            offers={chosen}
            people={people}
            you={you}
            today={today}
            shopName={shopName}
            nameOf={(id) => known[id] ?? null}
            busy={fetcher.state !== 'idle'}
            problem={answer?.result === 'invalid' && answer.what === asking ? answer.problem : null}
            onSave={(value, message) => decide(asking, value, message)}
            onCancel={leave}
          />
        )}
        {offers.length === 0 ? (
          empty
        ) : (
          <CampaignQueueTable
            {...table}
            selection={{
              selected: selectedResources,
              all: allResourcesSelected,
              onChange: handleSelectionChange,
            }}
            acts={{
              promoted: [
                { content: t('campaigns.queue.approve'), onAction: () => decide('approve') },
                ask('skip'),
              ],
              more: [ask('later'), ask('assign'), ...(byMail && chosen.length === 1 ? [ask('edit')] : [])],
            }}
          />
        )}
      </BlockStack>
    </div>
  );
}

/** The names, once they have come. */
function useNames(names: Promise<LiveNames>): LiveNames {
  const [known, setKnown] = useState<LiveNames>({});
  useEffect(() => {
    let wanted = true;
    void Promise.resolve(names).then(
      (found) => wanted && setKnown(found),
      () => undefined,
    );
    return () => {
      wanted = false;
    };
  }, [names]);
  return known;
}

/** What has to be said about a decision: who was faster, or that nothing goes out any more. */
function Outcome({ answer, you }: { answer: QueueAnswer | undefined; you: number }) {
  const { t } = useTranslation();
  const format = useFormat();
  const name = usePersonName(you, true);
  if (answer?.result !== 'decided') return null;
  const { over, late } = answer;
  if (over) return <Banner tone="warning" title={t('campaigns.queue.over')} />;
  if (late.length === 0) return null;
  const byPerson = Map.groupBy(late, ({ by }) => by);
  return (
    <Banner tone="warning" title={t('campaigns.queue.late.title')}>
      {[...byPerson].map(([by, theirs]) => {
        const customers =
          theirs.length === 1
            ? t('customerNumber', { id: theirs[0]?.customerId })
            : t('customers', { count: theirs.length, n: format.count(theirs.length) });
        return (
          <Text as="p" key={by}>
            {by === null
              ? t('campaigns.queue.late.app', { customers })
              : t('campaigns.queue.late.person', { customers, who: name(by) })}
          </Text>
        );
      })}
    </Banner>
  );
}

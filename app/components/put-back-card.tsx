import { Form, useRevalidator } from '@remix-run/react';
import { BlockStack, Box, Button, InlineStack, Link, Text } from '@shopify/polaris';
import { useEffect, useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '#app/i18n/format.tsx';
import type { WriteKind } from '#app/rfm/write-plan.ts';
import { Arrived } from './arrived.tsx';
import { usePersonName } from './use-person-name.ts';

/** Milliseconds between looks while a customer is put back. */
const PACE = 2_000;

/** Why what was written to a customer cannot be put back. */
export type PutBackBarrier =
  'undone' | 'removed' | 'former-install' | 'old' | 'busy' | 'unknown' | 'as-before';

/** How a customer stands with what was written to it. Instants are epoch milliseconds. */
export type PutBackView =
  | { at: 'nothing' }
  | { at: 'barred'; barrier: PutBackBarrier }
  | {
      at: 'possible';
      /** back to before this write-back, and when that began */
      runId: number;
      begun: number;
      writes: { kind: WriteKind; value: string }[];
      /** tags somebody else changed since, which stay as they are */
      kept: number;
    }
  | {
      at: 'held';
      /** it is still being put back */
      under: boolean;
      /** 'unknown': what the customer carried before is not known, so nothing was put back */
      ended: 'done' | 'failed' | 'unknown';
      heldBy: number;
      since: number;
      run: number | null;
      done: number;
      kept: number;
    };

type PutBackCardProps = {
  customerId: number;
  view: PutBackView;
  here: string;
  you: number;
  manages: boolean;
  busy: boolean;
  /** The last click came too late. */
  refused: boolean;
};

/** Puts back what was on a customer before our last write-back, and lets it be written again. */
export function PutBackCard({ customerId, view, here, you, manages, busy, refused }: PutBackCardProps) {
  const { t } = useTranslation();
  if (view.at === 'nothing') return null;
  return (
    <Box borderBlockStartWidth="025" borderColor="border" paddingBlockStart="300">
      <BlockStack gap="200" inlineAlign="start">
        {refused && (
          <Text as="p" tone="critical">
            {t('customerPage.putBack.refused')}
          </Text>
        )}
        {view.at === 'barred' && <Text as="p">{t(`customerPage.putBack.barrier.${view.barrier}`)}</Text>}
        {view.at === 'possible' && <Offer view={view} here={here} manages={manages} busy={busy} />}
        {view.at === 'held' && (
          <Held customerId={customerId} view={view} here={here} you={you} manages={manages} busy={busy} />
        )}
      </BlockStack>
    </Box>
  );
}

type Of<At extends PutBackView['at']> = Pick<PutBackCardProps, 'here' | 'manages' | 'busy'> & {
  view: Extract<PutBackView, { at: At }>;
};

function Offer({ view: { runId, begun, writes, kept }, here, manages, busy }: Of<'possible'>) {
  const { t } = useTranslation();
  const format = useFormat();
  const [open, setOpen] = useState(false);
  const plan = useId();
  if (!manages) {
    return (
      <Text as="p">
        {t('customerPage.putBack.can')} {t('roles.ask')}
      </Text>
    );
  }
  const look = (
    <Button
      onClick={() => setOpen(!open)}
      ariaExpanded={open}
      ariaControls={plan}
      disclosure={open ? 'up' : 'down'}
    >
      {t('customerPage.putBack.look')}
    </Button>
  );
  if (!open) return look;
  return (
    <>
      {look}
      <BlockStack id={plan} gap="200" inlineAlign="start">
        <Text as="p">
          {t('customerPage.putBack.plan', { day: format.dayOf(begun), time: format.time(begun) })}
        </Text>
        <ul className="rk-rows">
          {writes.map(({ kind, value }) => (
            <li key={kind + value}>
              <Text as="p">{t(`customerPage.putBack.kind.${kind}`)}</Text>
              {value !== '' && <code className="rk-value">{value}</code>}
            </li>
          ))}
        </ul>
        {kept > 0 && <Text as="p">{t('undo.plan.kept', { n: format.count(kept), count: kept })}</Text>}
        <Text as="p">{t('customerPage.putBack.checked')}</Text>
        <Text as="p" fontWeight="semibold">
          {t('customerPage.putBack.then')}
        </Text>
        <Form method="post" action={here} preventScrollReset>
          <input type="hidden" name="intent" value="put-back" />
          <input type="hidden" name="run" value={runId} />
          <InlineStack gap="200">
            <Button submit variant="primary" tone="critical" loading={busy}>
              {t('customerPage.putBack.do')}
            </Button>
          </InlineStack>
        </Form>
      </BlockStack>
    </>
  );
}

function Held({
  customerId,
  view,
  here,
  you,
  manages,
  busy,
}: Of<'held'> & { customerId: number; you: number }) {
  const { under, ended, heldBy, since, run, done, kept } = view;
  const { t } = useTranslation();
  const format = useFormat();
  const name = usePersonName(you, true);
  useLooks(under, customerId);
  const when = { who: name(heldBy), day: format.dayOf(since), time: format.time(since) };
  return (
    <Arrived>
      <output>
        <Text as="p" fontWeight="semibold">
          {t(`customerPage.putBack.${under ? 'under' : ended === 'unknown' ? 'barrier.unknown' : ended}`)}
        </Text>
      </output>
      <Text as="p">{t('customerPage.putBack.held', when)}</Text>
      {!under && (
        <Text as="p">
          {done > 0 && t('customerPage.putBack.back', { count: done, n: format.count(done) })}{' '}
          {kept > 0 && t('undo.kept', { n: format.count(kept), count: kept })}{' '}
          {run !== null && <Link url={`/app/writes/${run}`}>{t('undo.see')}</Link>}
        </Text>
      )}
      {manages ? (
        <InlineStack gap="200">
          {!under && ended === 'failed' && (
            <Form method="post" action={here} preventScrollReset>
              <input type="hidden" name="intent" value="again" />
              <Button submit loading={busy}>
                {t('customerPage.putBack.again')}
              </Button>
            </Form>
          )}
          <Form method="post" action={here} preventScrollReset>
            <input type="hidden" name="intent" value="write" />
            <Button submit loading={busy}>
              {t('customerPage.putBack.write')}
            </Button>
          </Form>
        </InlineStack>
      ) : (
        <Text as="p">{t('roles.ask')}</Text>
      )}
    </Arrived>
  );
}

/** Looks again and again whether a customer is still being put back, and reads the page anew when it is not. */
function useLooks(under: boolean, customerId: number): void {
  const { revalidate } = useRevalidator();
  useEffect(() => {
    if (!under) return undefined;
    const stopped = new AbortController();
    const look = async (): Promise<void> => {
      const answer = await fetch(`/app/customers/put-back?customer=${customerId}`, {
        signal: stopped.signal,
      });
      if (answer.ok && !((await answer.json()) as { under: boolean }).under) revalidate();
    };
    // A look that fails, or comes while the page is hidden, is followed by the next.
    const timer = setInterval(() => {
      if (document.visibilityState === 'visible') look().catch(() => undefined);
    }, PACE);
    return () => {
      clearInterval(timer);
      stopped.abort();
    };
  }, [under, customerId, revalidate]);
}

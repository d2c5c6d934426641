import type { ActionFunctionArgs, LoaderFunctionArgs } from '@remix-run/node';
import { useFetcher, useLoaderData } from '@remix-run/react';
import { SaveBar, TitleBar, useAppBridge } from '@shopify/app-bridge-react';
import { Banner, BlockStack, Page, Text } from '@shopify/polaris';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { SchemeChoice } from '#app/components/scheme-choice.tsx';
import { SchemeEditor, type OwnDraft } from '#app/components/scheme-editor.tsx';
import { SchemeProvider, useShippedWords } from '#app/components/scheme.tsx';
import { SimulationCard } from '#app/components/simulation-card.tsx';
import { useSimulation } from '#app/components/use-simulation.ts';
import { useManages } from '#app/components/viewer.tsx';
import { useFormat } from '#app/i18n/format.tsx';
import type { PageHandle } from '#app/i18n/page-title.ts';
import { signedIn } from '#app/merchant.server.ts';
import { OWN_CELLS, segmentFault, withFormer } from '#app/rfm/own-scheme.ts';
import { isWhole, schemeFaults } from '#app/rfm/scheme-faults.ts';
import { segmentOf, TEN_SEGMENTS, type SchemeId } from '#app/rfm/schemes.ts';
import { answerScheme, readScheme, type SchemeAnswer } from './scheme-page.server.ts';

export const handle: PageHandle = { title: 'scheme.title' };

/** The scheme that names segments. */
export async function loader({ request }: LoaderFunctionArgs) {
  const { shop } = await signedIn(request, 'staff');
  return readScheme(shop);
}

/** Saves a scheme, or asks what it would do. */
export async function action({ request }: ActionFunctionArgs) {
  const { shop } = await signedIn(request, 'manager');
  return answerScheme(shop, await request.formData());
}

type Draft = { scheme: SchemeId; own: OwnDraft };
/** A draft, the version of the settings it was begun from, and the answer it was made after. */
type Edit = { draft: Draft | null; version: number; after: SchemeAnswer | undefined };

export default function SchemePage() {
  const { scheme, ownScheme, version, writes, scored, naming } = useLoaderData<typeof loader>();
  const { t } = useTranslation();
  const format = useFormat();
  const shopify = useAppBridge();
  const manages = useManages();
  const saver = useFetcher<typeof action>();
  const copied = useCopyOfTen();
  // Edits belong to the answer they were made after: a newer "saved" makes them part of what is stored.
  const [edit, setEdit] = useState<Edit>({ draft: null, version, after: undefined });
  const { axes, segments } = ownScheme ?? copied;
  const stored: Draft = { scheme, own: { axes, segments } };
  const isStored = ({ draft: edited, after }: Edit): boolean =>
    edited === null || (saver.data?.result === 'saved' && after !== saver.data);
  const draftOf = (latest: Edit): Draft => {
    if (latest.draft === null || !isStored(latest)) return latest.draft ?? stored;
    // What was painted before another scheme was saved is still there to go on with.
    return latest.draft.scheme === 'own' ? stored : { ...stored, own: latest.draft.own };
  };
  const draft = draftOf(edit);
  const change = (next: (before: Draft) => Partial<Draft>): void =>
    setEdit((before) => {
      const latest = draftOf(before);
      const begun = isStored(before) ? version : before.version;
      return { draft: { ...latest, ...next(latest) }, version: begun, after: saver.data };
    });
  const sent = JSON.stringify(draft.scheme === 'own' ? draft : { scheme: draft.scheme });
  const dirty = sent !== JSON.stringify(draft.scheme === 'own' ? stored : { scheme: stored.scheme });
  const result = saver.state === 'idle' ? saver.data?.result : undefined;
  const taken = [...(ownScheme?.segments ?? []), ...(ownScheme?.former ?? [])].map(({ slug }) => slug);
  const whole = draft.scheme !== 'own' || canBeSaved(draft.own, taken);

  useEffect(() => {
    if (saver.data?.result === 'saved') shopify.toast.show(t('settings.saved'));
  }, [saver.data, shopify, t]);

  const { shown, ask } = useSimulation();
  const [asked, setAsked] = useState('');
  const form = (intent: 'save' | 'simulate'): Record<string, string> => ({
    intent,
    version: String(edit.version),
    scheme: draft.scheme,
    own: draft.scheme === 'own' ? JSON.stringify(draft.own, withoutMarks) : '',
  });
  const wished = { scheme: draft.scheme, ownScheme: withFormer(draft.own, ownScheme) };
  return (
    <Page title={t('scheme.title')} backAction={{ content: t('settings.title'), url: '/app/settings' }}>
      <TitleBar title={t('scheme.title')} />
      <SaveBar id="scheme" open={manages && dirty}>
        <button
          variant="primary"
          disabled={!whole}
          onClick={() => saver.submit(form('save'), { method: 'post' })}
          {...(saver.state === 'idle' ? {} : { loading: '' })}
        >
          {t('settings.save')}
        </button>
        <button onClick={() => setEdit({ draft: null, version, after: saver.data })}>
          {t('settings.discard')}
        </button>
      </SaveBar>
      <BlockStack gap="400">
        {dirty && result !== undefined && result !== 'saved' && result !== 'simulating' && (
          <Banner tone="critical" title={t('scheme.notSaved')}>
            <Text as="p">{t(`scheme.refused.${result}`)}</Text>
          </Banner>
        )}
        {!manages && (
          <Banner title={t('roles.readOnly')}>
            <Text as="p">{t('roles.ask')}</Text>
          </Banner>
        )}
        <SchemeChoice
          chosen={draft.scheme}
          onChoose={(id) => change(() => ({ scheme: id }))}
          readOnly={!manages}
        />
        {draft.scheme === 'own' && (
          <SchemeEditor
            draft={draft.own}
            onChange={(next) => change(({ own }) => ({ own: next(own) }))}
            taken={taken}
            readOnly={!manages}
          />
        )}
        {dirty && naming.length > 0 && (
          <Banner tone="warning" title={t('scheme.naming.title')}>
            <Text as="p">{t('scheme.naming.text', { segments: format.list(naming) })}</Text>
          </Banner>
        )}
        {manages && scored && dirty && whole && (
          <SchemeProvider choice={wished} named={[...wished.ownScheme.segments, ...wished.ownScheme.former]}>
            <SimulationCard
              shown={shown}
              stale={asked !== sent}
              writes={writes}
              onAsk={() => {
                setAsked(sent);
                ask(form('simulate'));
              }}
            />
          </SchemeProvider>
        )}
      </BlockStack>
    </Page>
  );
}

/** What is only known while a scheme is edited is not sent. */
function withoutMarks(key: string, value: unknown): unknown {
  return key === 'added' ? undefined : value;
}

function canBeSaved({ segments }: OwnDraft, taken: readonly string[]): boolean {
  const named = segments.every(
    ({ added }, place) => segmentFault(segments, place, added ? taken : []) === null,
  );
  return named && isWhole(schemeFaults(OWN_CELLS, segments));
}

/** The ten-segment grid to begin from, with its names in the language of the page. */
function useCopyOfTen(): OwnDraft {
  const wordsOf = useShippedWords();
  return {
    axes: 'rf',
    segments: TEN_SEGMENTS.segments.map((slug) => {
      const { name, color } = wordsOf(slug);
      const cells = OWN_CELLS.filter(
        (cell) => segmentOf(TEN_SEGMENTS, { r: Number(cell[0]), f: Number(cell[1]), m: 1 }) === slug,
      );
      return { slug, name, color, cells, added: true };
    }),
  };
}

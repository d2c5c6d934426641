import type { ActionFunctionArgs, LoaderFunctionArgs } from '@remix-run/node';
import { useFetcher, useLoaderData } from '@remix-run/react';
import { SaveBar, TitleBar, useAppBridge } from '@shopify/app-bridge-react';
import { Banner, BlockStack, Page, Text } from '@shopify/polaris';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { OwnField } from '#app/components/own-cut-points.tsx';
import { MailLinkCard } from '#app/components/mail-link-card.tsx';
import { PeopleCard } from '#app/components/people-card.tsx';
import { PopulationsCard } from '#app/components/populations-card.tsx';
import { RemoveAll } from '#app/components/remove-all.tsx';
import { SchemeCard } from '#app/components/scheme-card.tsx';
import { SettingsForm, type SettingsValues } from '#app/components/settings-form.tsx';
import { SimulationCard } from '#app/components/simulation-card.tsx';
import { useSimulation } from '#app/components/use-simulation.ts';
import type { PageHandle } from '#app/i18n/page-title.ts';
import { signedIn } from '#app/merchant.server.ts';
import { HomeChoices } from './home-choices.tsx';
import { answerHomeChoices, readHomeForm, type HomeChoicesAnswer } from './home-choices.server.ts';
import { answerPeople, type PeopleAnswer } from './answer-people.server.ts';
import { answerSettings, readSettingsPage, type SettingsAnswer } from './settings-page.server.ts';

export const handle: PageHandle = { title: 'settings.title' };

/** The settings with the counts each rule stands beside, and the choices for Home. */
export async function loader({ request }: LoaderFunctionArgs) {
  const { shop, user } = await signedIn(request, 'staff');
  const [page, home] = await Promise.all([readSettingsPage(shop, user), readHomeForm(shop)]);
  return { ...page, home };
}

/** Saves the settings or the choices for Home, gives somebody another role, or starts taking back everything we wrote. */
export async function action({ request }: ActionFunctionArgs) {
  const { shop } = await signedIn(request, 'manager');
  const sent = await request.formData();
  if (sent.get('intent') === 'home-choices') return answerHomeChoices(shop, sent);
  return sent.get('intent') === 'change-role' ? answerPeople(shop.id, sent) : answerSettings(shop, sent);
}

/** What moves customers or tags. */
const SIMULATED = [
  'countTest',
  'countCancelled',
  'countUnpaid',
  'countZero',
  'window',
  'windowDays',
  'frequencyMethod',
  'own',
  'companiesApart',
  'tillApart',
  'tagPrefix',
] as const satisfies readonly (keyof SettingsValues)[];

function formOf(
  intent: 'save' | 'simulate',
  values: SettingsValues,
  version: number,
): Record<string, string> {
  const { frequencyMethod, writeBack, own, ...rest } = values;
  const ownText = ({ on, at }: OwnField) => (on ? at.join(';') : '');
  const sent = {
    ...rest,
    ownR: ownText(own.r),
    ownF: ownText(own.f),
    ownM: ownText(own.m),
    writeBack: writeBack === true,
    frequencyMethod: frequencyMethod ?? '',
    intent,
    version,
  };
  return Object.fromEntries(Object.entries(sent).map(([name, value]) => [name, String(value)]));
}

type Edit = {
  patch: Partial<SettingsValues>;
  after: SettingsAnswer | PeopleAnswer | HomeChoicesAnswer | undefined;
};

export default function Settings() {
  const {
    values: stored,
    version,
    currency,
    leftOut,
    buyers,
    suggested,
    written,
    people,
    you,
    home,
    scheme,
  } = useLoaderData<typeof loader>();
  const { t } = useTranslation();
  const shopify = useAppBridge();
  const saver = useFetcher<typeof action>();
  // Edits belong to the answer they were made after: a newer "saved" makes them part of what is stored.
  const [edit, setEdit] = useState<Edit>({ patch: {}, after: undefined });
  const saved = saver.data?.result === 'saved';
  const patch = saved && edit.after !== saver.data ? {} : edit.patch;
  const values = { ...stored, ...patch };
  const dirty = JSON.stringify(values) !== JSON.stringify(stored);
  const result = saver.state === 'idle' ? saver.data : undefined;

  useEffect(() => {
    if (saver.data?.result === 'saved') shopify.toast.show(t('settings.saved'));
  }, [saver.data, shopify, t]);

  const { shown, ask } = useSimulation();
  const [asked, setAsked] = useState('');
  const matters = SIMULATED.some((key) => JSON.stringify(values[key]) !== JSON.stringify(stored[key]));
  const simulate = () => {
    setAsked(JSON.stringify(values));
    ask(formOf('simulate', values, version));
  };
  return (
    <Page title={t('settings.title')} backAction={{ content: t('app.name'), url: '/app' }}>
      <TitleBar title={t('settings.title')} />
      <SaveBar id="settings" open={dirty}>
        <button
          variant="primary"
          onClick={() => saver.submit(formOf('save', values, version), { method: 'post' })}
          {...(saver.state === 'idle' ? {} : { loading: '' })}
        >
          {t('settings.save')}
        </button>
        <button onClick={() => setEdit({ patch: {}, after: saver.data })}>{t('settings.discard')}</button>
      </SaveBar>
      <BlockStack gap="400">
        {dirty && result?.result === 'changed-elsewhere' && (
          <Banner tone="critical" title={t('settings.changedElsewhere.title')}>
            <Text as="p">{t('settings.changedElsewhere.text')}</Text>
          </Banner>
        )}
        {people === null && (
          <Banner title={t('roles.readOnly')}>
            <Text as="p">{t('roles.ask')}</Text>
          </Banner>
        )}
        {people !== null && leftOut !== null && matters && (
          <SimulationCard
            shown={shown}
            stale={asked !== JSON.stringify(values)}
            writes={
              values.writeBack === null || values.tagPrefix !== stored.tagPrefix
                ? 'asked'
                : values.writeBack
                  ? 'at-once'
                  : 'off'
            }
            onAsk={simulate}
          />
        )}
        <SettingsForm
          values={values}
          onChange={(change) => setEdit({ patch: { ...patch, ...change }, after: saver.data })}
          problems={dirty && result?.result === 'invalid' ? result.problems : {}}
          currency={currency}
          leftOut={leftOut}
          suggested={suggested}
          companies={buyers !== null && buyers.counts.b2b + buyers.counts.mixed > 0}
          readOnly={people === null}
        />
        <SchemeCard scheme={scheme} />
        {buyers !== null && <PopulationsCard buyers={buyers} />}
        <HomeChoices stored={home.values} example={home.example} readOnly={people === null} />
        {people !== null && <MailLinkCard />}
        {people !== null && <PeopleCard people={people} you={you} />}
        {people !== null && <RemoveAll written={written} />}
      </BlockStack>
    </Page>
  );
}

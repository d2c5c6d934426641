import { defer, type ActionFunctionArgs, type LoaderFunctionArgs } from '@remix-run/node';
import { useLoaderData, useNavigation, useSearchParams } from '@remix-run/react';
import { TitleBar } from '@shopify/app-bridge-react';
import { BlockStack, Page, Text } from '@shopify/polaris';
import { useTranslation } from 'react-i18next';
import { AtRiskChoice } from '#app/components/at-risk-choice.tsx';
import { AtRiskEmpty } from '#app/components/at-risk-empty.tsx';
import { AtRiskList } from '#app/components/at-risk-list.tsx';
import { EmptyCard } from '#app/components/empty-card.tsx';
import { campaignOf } from '#app/components/start-campaign.tsx';
import { useSearchChange } from '#app/components/use-search-change.ts';
import { FIRST } from '#app/components/use-templates.ts';
import { useManages } from '#app/components/viewer.tsx';
import { useFormat } from '#app/i18n/format.tsx';
import type { PageHandle } from '#app/i18n/page-title.ts';
import { liveNames } from '#app/live-names.server.ts';
import { noteGuideStep } from '#app/models/home-choices.server.ts';
import { signedIn } from '#app/merchant.server.ts';
import { answerCare } from './answer-care.server.ts';
import { readAtRisk } from './read-at-risk.server.ts';

export const handle: PageHandle = { title: 'atRisk.title' };

/** One page of the customers who slip away; their names follow, straight from Shopify. */
export async function loader({ request }: LoaderFunctionArgs) {
  const viewer = await signedIn(request, 'staff');
  const list = await readAtRisk(viewer, new URL(request.url).searchParams);
  if (list !== null) await noteGuideStep(viewer.shop.id, 'at-risk');
  const ids = list?.customers.map(({ customerId }) => customerId) ?? [];
  return defer({ list, names: liveNames(viewer, ids) });
}

/** Stores what staff note about customers, from here and from a customer's page. */
export async function action({ request }: ActionFunctionArgs) {
  const viewer = await signedIn(request, 'staff');
  return answerCare(viewer, await request.formData());
}

export default function AtRisk() {
  const { list, names } = useLoaderData<typeof loader>();
  const { t } = useTranslation();
  const format = useFormat();
  const navigation = useNavigation();
  const [search, setSearch] = useSearchParams();
  const changeSearch = useSearchChange();
  const manages = useManages();
  const title = t('atRisk.title');
  if (list === null) {
    return (
      <Page title={title} backAction={{ content: t('app.name'), url: '/app' }}>
        <TitleBar title={title} />
        <EmptyCard
          title={t('atRisk.empty.noScores.title')}
          text={t('atRisk.empty.noScores.text')}
          action={{ content: t('atRisk.empty.noScores.action'), url: '/app' }}
        />
      </Page>
    );
  }
  const { part, segment, asOf, counts, customers, previous, next, people, you, today } = list;
  const show = (wanted: typeof part, of: typeof segment) =>
    setSearch({ ...(wanted === 'to-do' ? {} : { show: wanted }), ...(of === null ? {} : { segment: of }) });
  const turn = (cursor: string) => () => changeSearch((wanted) => wanted.set('cursor', cursor));
  return (
    <Page
      fullWidth
      title={title}
      backAction={{ content: t('app.name'), url: '/app' }}
      {...(manages
        ? { secondaryActions: [{ content: t('campaigns.start.do'), url: campaignOf(segment ?? FIRST) }] }
        : {})}
    >
      <TitleBar title={title} />
      <BlockStack gap="300">
        <div className="rk-edge">
          <BlockStack gap="300">
            <Text as="p">{t('atRisk.what', { day: format.day(asOf) })}</Text>
            <AtRiskChoice
              part={part}
              segment={segment}
              counts={counts}
              onPart={(wanted) => show(wanted, segment)}
              onSegment={(wanted) => show(part, wanted)}
            />
          </BlockStack>
        </div>
        <AtRiskList
          // Another page begins without a selection.
          key={search.toString()}
          customers={customers}
          names={names}
          people={people}
          you={you}
          today={today}
          page={{
            ...(next === null ? {} : { next: turn(next) }),
            ...(previous === null ? {} : { previous: turn(previous) }),
          }}
          loading={navigation.state === 'loading'}
          empty={<AtRiskEmpty part={part} segment={segment} counts={counts} asOf={asOf} onShow={show} />}
        />
        {customers.length > 0 && (
          <div className="rk-edge">
            <Text as="p" tone="subdued">
              {t('atRisk.reachNote')}
            </Text>
          </div>
        )}
      </BlockStack>
    </Page>
  );
}

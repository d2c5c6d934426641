import type { ActionFunctionArgs, LoaderFunctionArgs } from '@remix-run/node';
import { useLoaderData } from '@remix-run/react';
import { TitleBar } from '@shopify/app-bridge-react';
import {
  Banner,
  BlockStack,
  Button,
  Card,
  InlineStack,
  Page,
  Spinner,
  Text,
  TextField,
} from '@shopify/polaris';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { MovesMatrix } from '#app/components/moves-matrix.tsx';
import { useSimulation, type SimulationShown } from '#app/components/use-simulation.ts';
import { useFormat } from '#app/i18n/format.tsx';
import type { PageHandle } from '#app/i18n/page-title.ts';
import { signedIn } from '#app/merchant.server.ts';
import { formatDay } from '#app/rfm/calendar.ts';
import { total } from '#app/rfm/moves.ts';
import { askPast, readPast } from './past-page.server.ts';

export const handle: PageHandle = { title: 'past.title' };

/** Which days can be asked for. */
export async function loader({ request }: LoaderFunctionArgs) {
  const { shop } = await signedIn(request, 'staff');
  return readPast(shop);
}

/** Has the scores of a past day worked out. */
export async function action({ request }: ActionFunctionArgs) {
  const { shop } = await signedIn(request, 'staff');
  return askPast(shop, await request.formData());
}

export default function Past() {
  const { last } = useLoaderData<typeof loader>();
  const { t } = useTranslation();
  const [day, setDay] = useState(last === null ? '' : formatDay(last - 364));
  const { shown, ask } = useSimulation();
  const asked = shown.at === 'asked';
  return (
    <Page fullWidth title={t('past.title')} backAction={{ content: t('moves.title'), url: '/app/moves' }}>
      <TitleBar title={t('past.title')} />
      <BlockStack gap="300">
        <div className="rk-edge">
          <Text as="p">{t(last === null ? 'past.noRun' : 'past.what')}</Text>
        </div>
        {last !== null && (
          <Card>
            <InlineStack gap="400" blockAlign="end">
              <TextField
                type="date"
                label={t('past.day')}
                value={day}
                onChange={setDay}
                max={formatDay(last)}
                autoComplete="off"
                error={shown.at === 'invalid' ? t('past.invalid') : false}
              />
              <Button size="large" onClick={() => ask({ day })} disabled={asked}>
                {t('past.ask')}
              </Button>
              {asked && <Spinner size="small" accessibilityLabel={t('simulation.asked')} />}
            </InlineStack>
          </Card>
        )}
        <div aria-live="polite">
          <Outcome shown={shown} />
        </div>
      </BlockStack>
    </Page>
  );
}

function Outcome({ shown }: { shown: SimulationShown }) {
  const { t } = useTranslation();
  const format = useFormat();
  if (shown.at === 'idle' || shown.at === 'invalid') return null;
  if (shown.at === 'asked') return <Text as="p">{t('simulation.asked')}</Text>;
  if (shown.at !== 'done') return <Banner tone="warning">{t(`simulation.${shown.at}`)}</Banner>;
  const { asOf, edges } = shown.result;
  const day = format.day(asOf);
  const then = total(edges.filter(({ before }) => before !== null));
  const moved = total(edges.filter(({ before, after }) => before !== null && before !== after));
  return (
    <Card>
      <BlockStack gap="300">
        <Text as="h2" variant="headingMd">
          {t('past.then', { day, customers: t('customers', { count: then, n: format.count(then) }) })}
        </Text>
        {then > 0 && <Text as="p">{t('past.moved', { moved: format.count(moved) })}</Text>}
        <MovesMatrix
          from={{ name: day, total: t('moves.matrix.total', { day }) }}
          to={{ name: t('simulation.now'), total: t('simulation.allNow') }}
          edges={edges}
        />
        <Text as="p" tone="subdued">
          {t('past.how')}
        </Text>
      </BlockStack>
    </Card>
  );
}

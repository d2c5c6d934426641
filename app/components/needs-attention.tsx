import { BlockStack, Card, Link, Text } from '@shopify/polaris';
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import type texts from '#app/i18n/en.json';
import { useFormat } from '#app/i18n/format.tsx';
import { PARKED } from './state-banner.tsx';

/** What is amiss, each null or false while it is not. Instants are epoch milliseconds. */
export type Alarms = {
  /** a key of state.parked, with the scope behind a colon where one is missing */
  parkedReason: string | null;
  givenUp: { reason: string } | null;
  /** the scope without which Shopify did not let us read what is new */
  denied: string | null;
  /** why the last write-back ended early */
  writing: string | null;
  silentSince: number | null;
  /** the API version Shopify answers by instead of ours */
  otherVersion: string | null;
  late: boolean;
  drift: { drift: number; lookedAt: number } | null;
  scores: boolean;
  counts: boolean;
};

/** A scope whose want is put into words. */
type Scope = Exclude<keyof (typeof texts)['health']['scope'], 'title' | 'do' | 'wait'>;

type Item = { key: string; title: string; texts: string[]; toHome?: boolean };

/** Everything that is amiss: what it is, what is safe, what to do. Says so when nothing is. */
export function NeedsAttention({
  alarms,
  missing,
  version,
}: {
  alarms: Alarms;
  /** scopes that were not granted */
  missing: readonly Scope[];
  /** the API version we ask for */
  version: string;
}) {
  const { t } = useTranslation();
  const items = useItems(alarms, missing, version);
  return (
    <Card>
      <BlockStack gap="300">
        <Text as="h2" variant="headingMd">
          {t('health.attention.title')}
        </Text>
        {items.length === 0 && <Text as="p">{t('health.attention.none')}</Text>}
        <ul className="rk-rows">
          {items.map(({ key, title, texts, toHome }) => (
            <li key={key}>
              <BlockStack gap="100">
                <Text as="h3" variant="headingSm">
                  {title}
                </Text>
                {texts.map((text) => (
                  <Text key={text} as="p">
                    {text}
                  </Text>
                ))}
                {toHome && <Link url="/app">{t('health.attention.toHome')}</Link>}
              </BlockStack>
            </li>
          ))}
        </ul>
      </BlockStack>
    </Card>
  );
}

/** The items in the order of how much they stop. */
function useItems(alarms: Alarms, missing: readonly Scope[], version: string): Item[] {
  const { t } = useTranslation();
  const format = useFormat();
  const { parkedReason, givenUp, denied, writing, silentSince, otherVersion, drift } = alarms;
  const items: (Item | false)[] = [
    parkedReason !== null && parked(t, parkedReason),
    givenUp !== null && {
      key: 'given-up',
      title: t('state.givenUp.title'),
      texts: [t('state.givenUp.why', { reason: givenUp.reason }), t('state.givenUp.safe')],
      toHome: true,
    },
    denied !== null && {
      key: 'denied',
      title: t('state.denied.title'),
      texts: [t('state.denied.why', { scope: denied }), t('state.denied.safe')],
    },
    writing !== null && {
      key: 'writing',
      title: t('write.state.failed'),
      texts: [problemText(t, writing), t('write.safe')],
    },
    ...missing.map((scope) => ({
      key: scope,
      title: t('health.scope.title', { scope }),
      texts: [
        t(`health.scope.${scope}`),
        t(scope === 'read_all_orders' ? 'health.scope.wait' : 'health.scope.do'),
      ],
    })),
    silentSince !== null && {
      key: 'silent',
      title: t('health.silent.title', { day: format.dayOf(silentSince), time: format.time(silentSince) }),
      texts: [t('health.silent.safe'), t('health.silent.do')],
    },
    alarms.late && {
      key: 'late',
      title: t('health.late.title'),
      texts: [t('health.late.safe')],
    },
    drift !== null && {
      key: 'drift',
      title: t('health.drift.title', {
        drift: format.count(drift.drift),
        lookedAt: format.count(drift.lookedAt),
      }),
      texts: [t('health.drift.safe')],
    },
    alarms.counts && { key: 'counts', title: t('health.counts.title'), texts: [t('health.counts.safe')] },
    alarms.scores && { key: 'scores', title: t('health.scores.title'), texts: [t('health.scores.safe')] },
    otherVersion !== null && {
      key: 'version',
      title: t('health.version.title', { got: otherVersion, expected: version }),
      texts: [t('health.version.safe'), t('health.version.do')],
    },
  ];
  return items.filter((item) => item !== false);
}

type T = TFunction;

function parked(t: T, reasonAndScope: string): Item {
  const [name, scope] = reasonAndScope.split(/:(.*)/);
  const reason = PARKED.find((known) => known === name) ?? 'forbidden';
  return {
    key: 'parked',
    title: t('state.parked.title'),
    texts: [t(`state.parked.${reason}`, { scope }), t('state.parked.safe')],
  };
}

function problemText(t: T, problem: string): string {
  const [name, scope] = problem.split(/:(.*)/);
  return name === 'missing-scope'
    ? t('write.problem.missing-scope', { scope })
    : t('write.problem.other', { problem });
}

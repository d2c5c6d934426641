import { useTranslation } from 'react-i18next';
import type { Fact } from '#app/components/facts-card.tsx';
import { durationText } from '#app/i18n/duration.ts';
import type texts from '#app/i18n/en.json';
import { useFormat } from '#app/i18n/format.tsx';
import type { readHealth } from './read-health.server.ts';

type Topic = keyof (typeof texts)['health']['topic'];
type Shown = Pick<
  Awaited<ReturnType<typeof readHealth>>,
  'dataUpTo' | 'inbox' | 'topics' | 'looks' | 'api' | 'quarantine'
>;

/** What the health page says, in words. */
export function useHealthFacts({ dataUpTo, inbox, topics, looks, api, quarantine }: Shown) {
  const { t } = useTranslation();
  const format = useFormat();
  const when = (instant: number | null): string =>
    instant === null
      ? t('health.never')
      : t('health.when', { day: format.dayOf(instant), time: format.time(instant) });
  const wait = (ms: number | null): string => {
    if (ms === null) return t('health.fresh.noWait');
    return ms < 1000 ? t('health.fresh.underSecond') : durationText(t, ms / 1000);
  };
  const fresh: Fact[] = [
    { label: t('health.fresh.upTo'), value: dataUpTo === null ? t('health.fresh.notYet') : when(dataUpTo) },
    {
      label: t('health.fresh.waiting'),
      value: format.count(inbox.waiting),
      note: inbox.oldestMs === null ? undefined : t('health.fresh.oldest', { time: wait(inbox.oldestMs) }),
    },
    {
      label: t('health.fresh.usual'),
      value: wait(inbox.p50Ms),
      note: inbox.p95Ms === null ? undefined : t('health.fresh.slowest', { time: wait(inbox.p95Ms) }),
    },
  ];
  const looked = looks.map(({ kind, startedAt, running, lookedAt, drift }): Fact => {
    const found = drift === 0 ? t('health.looks.same') : t('health.looks.drift', { n: format.count(drift) });
    return {
      label: t(`health.looks.kind.${kind}`),
      value: running ? t('health.looks.running') : when(startedAt),
      note:
        startedAt === null
          ? t(`health.looks.first.${kind}`)
          : t('health.looks.found', { n: format.count(lookedAt), found }),
    };
  });
  const use: Fact[] = [
    {
      label: t('health.api.spent'),
      value: t('health.api.points', { n: format.count(api.pointsToday) }),
      note:
        api.restoreRate === null
          ? undefined
          : t('health.api.rate', {
              rate: format.count(api.restoreRate),
              bucket: format.count(api.bucketSize ?? 0),
            }),
    },
    {
      label: t('health.api.version'),
      value: api.version,
      note:
        api.answeredVersion === null ? undefined : t('health.api.answered', { version: api.answeredVersion }),
    },
  ];
  // Points and slashes would lead elsewhere in the texts.
  const nameOf = (topic: string): string => t(`health.topic.${topic.replace(/[./]/g, '_') as Topic}`);
  const told = topics.filter(({ last }) => last !== null).sort((a, b) => (b.last ?? 0) - (a.last ?? 0));
  const never = topics.filter(({ last }) => last === null);
  return {
    fresh,
    looks: looked,
    api: use,
    quarantine: quarantine.map(({ reason, count }): Fact => ({
      label: reason,
      quoted: true,
      value: format.count(count),
    })),
    topics: told.map(({ topic, last }): Fact => ({ label: nameOf(topic), value: when(last) })),
    silent:
      never.length === 0
        ? null
        : t('health.topics.never', { topics: format.list(never.map(({ topic }) => nameOf(topic))) }),
  };
}

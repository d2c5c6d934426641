import { useFetcher } from '@remix-run/react';
import { Badge, Banner, BlockStack, Button, Card, InlineStack, Text, TextField } from '@shopify/polaris';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '#app/i18n/format.tsx';

/** Why a server could not be used, in words of ours. */
const PROBLEMS = [
  'not-public',
  'unreachable',
  'not-secure',
  'login',
  'sender',
  'no-mailbox',
  'refused',
  'busy',
  'unknown',
] as const;
type Problem = (typeof PROBLEMS)[number];

type Status = {
  fromAddress: string;
  perHour: number;
  /** epoch milliseconds */
  verifiedAt: number | null;
  codeSentAt: number | null;
  closedUntil: number | null;
  /** a word of ours and the server's number */
  problem: string | null;
  problemAt: number | null;
};
type Answer = { result: string; problem?: Problem; answer?: string };

/** How it stands with the sender: whether it is verified, what it sent, and what went wrong last. */
export function MailStatusCard({ settings, away, sent }: { settings: Status; away: boolean; sent: number }) {
  const { t } = useTranslation();
  const format = useFormat();
  const tester = useFetcher<Answer>();
  const verifier = useFetcher<Answer>();
  const [code, setCode] = useState('');
  const verified = settings.verifiedAt !== null;
  const answer = tester.state === 'idle' ? tester.data : undefined;
  const codeAnswer = verifier.state === 'idle' ? verifier.data?.result : undefined;
  const instant = (at: number) => t('mail.status.at', { day: format.dayOf(at), time: format.time(at) });
  const problem = PROBLEMS.find((known) => known === settings.problem?.split(' ')[0]);
  const number = settings.problem?.split(' ')[1];
  return (
    <Card>
      <BlockStack gap="300">
        <InlineStack gap="200" blockAlign="center">
          <Text as="h2" variant="headingMd">
            {t('mail.status.title')}
          </Text>
          <Badge tone={verified ? 'success' : 'attention'}>
            {t(verified ? 'mail.status.verified' : 'mail.status.notVerified')}
          </Badge>
        </InlineStack>
        <Text as="p">
          {t('mail.status.sent', { n: format.count(sent), most: format.count(settings.perHour) })}
        </Text>
        {problem !== undefined && settings.problemAt !== null && (
          <Banner
            tone={away ? 'warning' : 'info'}
            title={t('mail.status.problem', { at: instant(settings.problemAt) })}
          >
            <Text as="p">
              {t(`mail.problem.${problem}`)}
              {number !== undefined && ` (${number})`}
            </Text>
            {away && settings.closedUntil !== null && (
              <Text as="p">{t('mail.status.again', { at: instant(settings.closedUntil) })}</Text>
            )}
          </Banner>
        )}
        {!verified && <Text as="p">{t('mail.status.how', { address: settings.fromAddress })}</Text>}
        <output>
          {answer?.result === 'code-sent' && (
            <Text as="p">{t('mail.status.codeSent', { address: settings.fromAddress })}</Text>
          )}
          {codeAnswer === 'wrong' && (
            <Text as="p" tone="critical">
              {t('mail.status.wrong')}
            </Text>
          )}
          {codeAnswer === 'no-code' && (
            <Text as="p" tone="critical">
              {t('mail.status.noCode')}
            </Text>
          )}
          {codeAnswer === 'verified' && <Text as="p">{t('mail.status.isVerified')}</Text>}
        </output>
        {answer?.result === 'not-sent' && answer.problem !== undefined && (
          <Banner tone="critical" title={t('mail.status.notSent')}>
            <Text as="p">{t(`mail.problem.${answer.problem}`)}</Text>
            {answer.answer !== '' && (
              <Text as="p" breakWord>
                {t('mail.status.said', { words: answer.answer })}
              </Text>
            )}
          </Banner>
        )}
        <InlineStack gap="300" blockAlign="end">
          <Button
            loading={tester.state !== 'idle'}
            onClick={() => tester.submit({ intent: 'test' }, { method: 'post' })}
          >
            {t(verified ? 'mail.status.testAgain' : 'mail.status.test')}
          </Button>
        </InlineStack>
        {!verified && settings.codeSentAt !== null && (
          <InlineStack gap="300" blockAlign="end">
            <TextField
              label={t('mail.status.code')}
              autoComplete="one-time-code"
              inputMode="numeric"
              maxLength={20}
              value={code}
              onChange={setCode}
            />
            <Button
              variant="primary"
              disabled={code.trim() === ''}
              loading={verifier.state !== 'idle'}
              onClick={() => verifier.submit({ intent: 'verify', code }, { method: 'post' })}
            >
              {t('mail.status.verify')}
            </Button>
          </InlineStack>
        )}
      </BlockStack>
    </Card>
  );
}

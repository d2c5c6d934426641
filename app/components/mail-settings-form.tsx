import { useFetcher } from '@remix-run/react';
import { useAppBridge } from '@shopify/app-bridge-react';
import {
  Banner,
  BlockStack,
  Button,
  Card,
  FormLayout,
  InlineStack,
  Select,
  Text,
  TextField,
} from '@shopify/polaris';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';

/** The sender as it is stored; the password is not told. */
export type MailSender = {
  version: number;
  host: string;
  port: number;
  security: 'tls' | 'starttls' | 'none';
  username: string | null;
  hasPassword: boolean;
  fromName: string;
  fromAddress: string;
  replyTo: string | null;
  postal: string;
  perHour: number;
  quietFrom: number | null;
  quietUntil: number | null;
};

type Answer = { result: string; problems?: string[] };
const HOURS = Array.from({ length: 24 }, (_, hour) => String(hour));

/** Everything as the form holds it; numbers are text because people type them. */
function valuesOf(settings: MailSender | null) {
  return {
    host: settings?.host ?? '',
    port: String(settings?.port ?? 587),
    security: settings?.security ?? 'starttls',
    username: settings?.username ?? '',
    password: '',
    fromName: settings?.fromName ?? '',
    fromAddress: settings?.fromAddress ?? '',
    replyTo: settings?.replyTo ?? '',
    postal: settings?.postal ?? '',
    perHour: String(settings?.perHour ?? 500),
    quietFrom: String(settings === null ? 21 : (settings.quietFrom ?? '')),
    quietUntil: String(settings === null ? 8 : (settings.quietUntil ?? '')),
  };
}
type Values = ReturnType<typeof valuesOf>;

/** By which server campaigns send, as whom, how fast and when. */
export function MailSettingsForm({
  settings,
  allowsPlain,
}: {
  settings: MailSender | null;
  /** a server on this machine may be used without encryption */
  allowsPlain: boolean;
}) {
  const { t } = useTranslation();
  const shopify = useAppBridge();
  const saver = useFetcher<Answer>();
  const [values, setValues] = useState(() => valuesOf(settings));
  const answer = saver.state === 'idle' ? saver.data : undefined;
  const problems = new Set(answer?.result === 'invalid' ? answer.problems : []);
  useEffect(() => {
    if (saver.data?.result === 'saved') shopify.toast.show(t('mail.form.saved'));
  }, [saver.data, shopify, t]);
  const field = (key: keyof Values) => ({
    label: t(`mail.form.${key}`),
    autoComplete: 'off',
    value: values[key],
    onChange: (value: string) => setValues({ ...values, [key]: value }),
    ...(problems.has(key) ? { error: t(`mail.form.wrong.${key}`) } : {}),
  });
  const hours = [{ label: t('mail.form.never'), value: '' }].concat(
    HOURS.map((hour) => ({ label: `${hour.padStart(2, '0')}:00`, value: hour })),
  );
  const choice = (
    key: 'security' | 'quietFrom' | 'quietUntil',
    options: { label: string; value: string }[],
  ) => (
    <Select
      label={t(`mail.form.${key}`)}
      options={options}
      value={values[key]}
      onChange={(value) => setValues({ ...values, [key]: value })}
      {...(problems.has(key) ? { error: t(`mail.form.wrong.${key}`) } : {})}
    />
  );
  const secure = (['tls', 'starttls', ...(allowsPlain ? (['none'] as const) : [])] as const).map((value) => ({
    label: t(`mail.form.secure.${value}`),
    value,
  }));
  return (
    <Card>
      <BlockStack gap="400">
        <Text as="h2" variant="headingMd">
          {t('mail.form.title')}
        </Text>
        <Text as="p">{t('mail.form.what')}</Text>
        {answer?.result === 'changed-elsewhere' && (
          <Banner tone="critical" title={t('mail.form.changedElsewhere')} />
        )}
        {problems.size > 0 && <Banner tone="critical" title={t('mail.form.invalid')} />}
        <FormLayout>
          <TextField {...field('host')} helpText={t('mail.form.hostHelp')} />
          <FormLayout.Group>
            <TextField {...field('port')} type="number" min={1} max={65_535} />
            {choice('security', secure)}
          </FormLayout.Group>
          <FormLayout.Group>
            <TextField {...field('username')} helpText={t('mail.form.usernameHelp')} />
            <TextField
              {...field('password')}
              type="password"
              autoComplete="new-password"
              helpText={t(
                settings?.hasPassword === true ? 'mail.form.passwordKept' : 'mail.form.passwordHelp',
              )}
            />
          </FormLayout.Group>
          <FormLayout.Group>
            <TextField {...field('fromName')} />
            <TextField {...field('fromAddress')} type="email" />
          </FormLayout.Group>
          <TextField {...field('replyTo')} type="email" helpText={t('mail.form.replyToHelp')} />
          <TextField {...field('postal')} multiline={3} helpText={t('mail.form.postalHelp')} />
          <TextField
            {...field('perHour')}
            type="number"
            min={1}
            max={100_000}
            helpText={t('mail.form.perHourHelp')}
          />
          <FormLayout.Group>
            {choice('quietFrom', hours)}
            {choice('quietUntil', hours)}
          </FormLayout.Group>
          <Text as="p" tone="subdued">
            {t('mail.form.quietHelp')}
          </Text>
        </FormLayout>
        <InlineStack>
          <Button
            variant="primary"
            loading={saver.state !== 'idle'}
            onClick={() =>
              saver.submit({ intent: 'save', version: settings?.version ?? 0, ...values }, { method: 'post' })
            }
          >
            {t('mail.form.save')}
          </Button>
        </InlineStack>
      </BlockStack>
    </Card>
  );
}

import { Card, InlineStack, Link, Text } from '@shopify/polaris';
import { useTranslation } from 'react-i18next';

/** Leads from the settings to the sender of messages. */
export function MailLinkCard() {
  const { t } = useTranslation();
  return (
    <Card>
      <InlineStack gap="200" align="space-between">
        <Text as="p">{t('mail.link.text')}</Text>
        <Link url="/app/mail">{t('mail.link.open')}</Link>
      </InlineStack>
    </Card>
  );
}

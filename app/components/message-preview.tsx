import { BlockStack, Box, Text } from '@shopify/polaris';
import { useTranslation } from 'react-i18next';
import { nameToGreet, renderMail, type MailValues } from '#app/campaigns/render-template.ts';
import { parseTemplate } from '#app/campaigns/template.ts';
import { useFormat } from '#app/i18n/format.tsx';
import type { QueuedOffer } from './campaign-queue-table.tsx';
import { useSegmentWords } from './scheme.tsx';
import { useCampaignWords } from './use-campaign-words.ts';

type PreviewProps = {
  offer: QueuedOffer;
  subject: string;
  body: string;
  shopName: string;
  /** The customer's name, null while it is not known. */
  name: string | null;
};

/** A message as this customer would read it; what is only known when it goes out is named in square brackets. */
export function MessagePreview({ offer, subject, body, shopName, name }: PreviewProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const segmentWords = useSegmentWords();
  const words = useCampaignWords([]);
  const [line, text] = [parseTemplate(subject, 'subject'), parseTemplate(body, 'body')];
  if (!line.ok || !text.ok) {
    return (
      <Text as="p" tone="critical">
        {t('campaigns.fault.template')}
      </Text>
    );
  }
  const to = (what: 'code' | 'link' | 'ends' | 'products' | 'product'): string =>
    `[${t(`campaigns.preview.${what}`)}]`;
  const values: MailValues = {
    text: {
      'customer.first_name': nameToGreet(name?.split(' ')[0] ?? null),
      'customer.last_name': nameToGreet(name?.split(' ').slice(1).join(' ') ?? null),
      'customer.days_since_order': offer.daysSince === null ? null : format.count(offer.daysSince),
      'customer.last_product': to('product'),
      'customer.segment': segmentWords(offer.segment).name,
      'shop.name': shopName,
      'offer.code': to('code'),
      'offer.value': words.offer(offer.offer),
      'offer.ends': to('ends'),
    },
    link: { 'offer.link': null, 'unsubscribe.link': null, 'survey.link': null },
    list: {
      'products.entry_price': [{ title: to('products'), url: null }],
      'products.recommended': [{ title: to('products'), url: null }],
    },
    segment: offer.segment,
  };
  const mail = renderMail({ subject: line.parts, body: text.parts }, values, {
    shop: shopName,
    postal: '',
    unsubscribe: '',
    unsubscribeWords: '',
  });
  return (
    <Box padding="300" background="bg-surface-secondary" borderRadius="200">
      <BlockStack gap="200">
        <Text as="h3" variant="headingSm">
          {t('campaigns.preview.title')}
        </Text>
        <Text as="p" fontWeight="medium">
          {mail.subject}
        </Text>
        <pre className="rk-profile">{mail.text.split('\n--\n')[0]}</pre>
      </BlockStack>
    </Box>
  );
}

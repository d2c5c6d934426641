import { BlockStack, Button, Card, InlineStack, Select, Text } from '@shopify/polaris';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { CampaignPlan } from '#app/campaigns/plan.ts';
import { useTemplates } from './use-templates.ts';

/** Ready plans for the segments of the scheme in use. */
export function CampaignTemplates({ onUse }: { onUse: (label: string, plan: CampaignPlan) => void }) {
  const { t } = useTranslation();
  const templates = useTemplates();
  const [chosen, setChosen] = useState(templates[0]?.value ?? '');
  const template = templates.find(({ value }) => value === chosen);
  if (template === undefined) return null;
  return (
    <Card>
      <BlockStack gap="300">
        <Text as="h2" variant="headingMd">
          {t('campaigns.template.title')}
        </Text>
        <Text as="p">{t('campaigns.template.what')}</Text>
        <Select
          label={t('campaigns.template.label')}
          options={templates.map(({ value, label }) => ({ value, label }))}
          value={chosen}
          onChange={setChosen}
        />
        <InlineStack>
          <Button onClick={() => onUse(template.label, template.plan())}>
            {t('campaigns.template.use')}
          </Button>
        </InlineStack>
      </BlockStack>
    </Card>
  );
}

import { BlockStack, Card, SkeletonBodyText, SkeletonDisplayText, Text } from '@shopify/polaris';
import { useTranslation } from 'react-i18next';
import '#app/components/moves.css';

/** Stands where the moves will while they are counted, as high as the chart, so that nothing jumps when they come. */
export function MovesSkeleton() {
  const { t } = useTranslation();
  return (
    <div className="rk-moves-coming">
      <output>
        <Text as="span" visuallyHidden>
          {t('moves.counting')}
        </Text>
      </output>
      <Card>
        <BlockStack gap="400">
          <SkeletonDisplayText size="small" />
          <SkeletonBodyText lines={12} />
        </BlockStack>
      </Card>
    </div>
  );
}

import { useFetcher } from '@remix-run/react';
import { Badge, BlockStack, Button, Card, InlineStack, Text } from '@shopify/polaris';
import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '#app/i18n/format.tsx';

/** Somebody who opened the app. Only Shopify knows names; instants are epoch milliseconds. */
export type Person = {
  userId: number;
  role: 'manager' | 'staff';
  accountOwner: boolean;
  firstSeenAt: number;
  lastSeenAt: number;
};

/** Who opened the app and what each may do; managers change it. */
export function PeopleCard({ people, you }: { people: Person[]; you: number }) {
  const { t } = useTranslation();
  return (
    <Card>
      <BlockStack gap="300">
        <Text as="h2" variant="headingMd">
          {t('people.title')}
        </Text>
        <Text as="p">{t('people.what')}</Text>
        <ul className="rk-rows">
          {people.map((person) => (
            <PersonRow key={person.userId} person={person} you={person.userId === you} />
          ))}
        </ul>
      </BlockStack>
    </Card>
  );
}

function PersonRow({ person, you }: { person: Person; you: boolean }) {
  const { t } = useTranslation();
  const format = useFormat();
  const label = useId();
  const fetcher = useFetcher<{ result: string }>();
  const { userId, role, accountOwner } = person;
  const other = role === 'manager' ? 'staff' : 'manager';
  const name = you ? t('people.you') : t('people.member', { id: userId });
  const seen = { first: format.dayOf(person.firstSeenAt), last: format.dayOf(person.lastSeenAt) };
  return (
    <li>
      <InlineStack align="space-between" blockAlign="center" gap="200">
        <BlockStack gap="100">
          <InlineStack gap="200">
            <Text as="span" id={label} fontWeight="semibold">
              {name}
            </Text>
            <Badge tone={accountOwner || role === 'manager' ? 'info' : 'new'}>
              {t(accountOwner ? 'people.owner' : `people.role.${role}`)}
            </Badge>
          </InlineStack>
          <Text as="span" tone="subdued">
            {t('people.seen', seen)}
          </Text>
        </BlockStack>
        {!accountOwner && (
          <Button
            loading={fetcher.state !== 'idle'}
            accessibilityLabel={t(`people.make.${other}Of`, { name })}
            onClick={() => fetcher.submit({ intent: 'change-role', userId, role: other }, { method: 'post' })}
          >
            {t(`people.make.${other}`)}
          </Button>
        )}
      </InlineStack>
      {fetcher.data?.result === 'last-manager' && (
        <Text as="p" tone="critical">
          <span role="alert">{t('people.lastManager')}</span>
        </Text>
      )}
    </li>
  );
}

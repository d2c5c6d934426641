import { useFetcher } from '@remix-run/react';
import { SaveBar, useAppBridge } from '@shopify/app-bridge-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { HomeChoicesCard, type HomeChoiceValues } from '#app/components/home-choices-card.tsx';
import type { HomeChoicesAnswer } from './home-choices.server.ts';

type Edit = { patch: Partial<HomeChoiceValues>; after: HomeChoicesAnswer | undefined };

/** The choices for Home with a save bar of their own. */
export function HomeChoices({
  stored,
  example,
  readOnly,
}: {
  stored: HomeChoiceValues;
  example: string;
  readOnly: boolean;
}) {
  const { t } = useTranslation();
  const shopify = useAppBridge();
  const saver = useFetcher<HomeChoicesAnswer>();
  // As in the settings above: edits belong to the answer they were made after.
  const [edit, setEdit] = useState<Edit>({ patch: {}, after: undefined });
  const saved = saver.data?.result === 'home-saved';
  const patch = saved && edit.after !== saver.data ? {} : edit.patch;
  const values = { ...stored, ...patch };
  const dirty = JSON.stringify(values) !== JSON.stringify(stored);
  const result = saver.state === 'idle' ? saver.data : undefined;

  useEffect(() => {
    if (saver.data?.result === 'home-saved') shopify.toast.show(t('homePage.choices.saved'));
  }, [saver.data, shopify, t]);

  return (
    <>
      <SaveBar id="home-choices" open={dirty}>
        <button
          variant="primary"
          onClick={() =>
            saver.submit(
              { ...values, guideShown: String(values.guideShown), intent: 'home-choices' },
              { method: 'post' },
            )
          }
          {...(saver.state === 'idle' ? {} : { loading: '' })}
        >
          {t('settings.save')}
        </button>
        <button onClick={() => setEdit({ patch: {}, after: saver.data })}>{t('settings.discard')}</button>
      </SaveBar>
      <HomeChoicesCard
        values={values}
        onChange={(change) => setEdit({ patch: { ...patch, ...change }, after: saver.data })}
        problems={dirty && result?.result === 'home-invalid' ? result.problems : {}}
        example={example}
        readOnly={readOnly}
      />
    </>
  );
}

import { useTranslation } from 'react-i18next';
import { KNOWN_CHANNELS, type KnownChannel } from '#app/rfm/preferences.ts';

/** How sales channels are called; one of another app goes by what Shopify calls it. */
export function useChannelName(): (channel: string) => string {
  const { t } = useTranslation();
  return (channel) => (isKnown(channel) ? t(`customerPage.channel.${channel}`) : channel);
}

function isKnown(channel: string): channel is KnownChannel {
  return (KNOWN_CHANNELS as readonly string[]).includes(channel);
}

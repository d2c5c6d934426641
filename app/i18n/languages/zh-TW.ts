import polaris from '@shopify/polaris/locales/zh-TW.json';
import words from '../zh-TW.json';
import type { Language } from '../language.tsx';
import stored from '../stored.zh-TW.json';

/** Traditional Chinese, with Polaris' own words. */
export const zhTW: Language = { locale: 'zh-TW', words, polaris, stored };

import { formatDecimal } from '#app/rfm/money.ts';
import type { Offer } from './plan.ts';

/** What the app itself says in a message; everything else is the merchant's. */
const WORDS = {
  en: {
    unsubscribe: 'Unsubscribe',
    shipping: 'free shipping',
    sample: 'a free gift',
    testSubject: 'Your code for Rekindle',
    test: 'Type this code in on the page Messages of Rekindle: ',
  },
  ko: {
    unsubscribe: '수신 거부',
    shipping: '무료 배송',
    sample: '무료 증정품',
    testSubject: 'Rekindle 인증 코드',
    test: 'Rekindle의 메시지 페이지에 이 코드를 입력하세요: ',
  },
  'zh-TW': {
    unsubscribe: '取消訂閱',
    shipping: '免運費',
    sample: '免費贈品',
    testSubject: 'Rekindle 驗證碼',
    test: '請在 Rekindle 的「訊息」頁面輸入此驗證碼：',
  },
} as const;
type Language = keyof typeof WORDS;

/** The language of ours that a customer's is, English where it is none of ours. */
function languageOf(locale: string): Language {
  if (/^ko\b/i.test(locale)) return 'ko';
  return /^zh\b.*(hant|tw|hk|mo)\b/i.test(locale) ? 'zh-TW' : 'en';
}

/** What the link is called by which a customer ends messages. */
export function unsubscribeWords(locale: string): string {
  return WORDS[languageOf(locale)].unsubscribe;
}

/** The message by which the merchant shows that the sender is theirs. */
export function testMail(locale: string, code: string): { subject: string; text: string } {
  const words = WORDS[languageOf(locale)];
  return { subject: words.testSubject, text: `${words.test}${code}` };
}

/** What an offer is worth, as a customer reads it; null = nothing is offered. */
export function offerWords(offer: Offer, locale: string, currency: string): string | null {
  const words = WORDS[languageOf(locale)];
  if (offer.kind === 'none') return null;
  if (offer.kind === 'free-shipping') return words.shipping;
  if (offer.kind === 'sample') return words.sample;
  const language = printable(locale);
  if (offer.kind === 'percentage') {
    return new Intl.NumberFormat(language, { style: 'percent' }).format(offer.percent / 100);
  }
  const amount = formatDecimal(offer.amount, currency);
  // Intl takes a decimal in text as it is, and shows no decimals that are zeros.
  return new Intl.NumberFormat(language, {
    style: 'currency',
    currency,
    trailingZeroDisplay: 'stripIfInteger',
  }).format(amount as unknown as number);
}

/**
 * The last day on which a code holds, as a customer reads it.
 * @param endsAt epoch milliseconds, the end of that day
 */
export function lastDayWords(endsAt: number, locale: string, timeZone: string): string {
  return new Intl.DateTimeFormat(printable(locale), { dateStyle: 'long', timeZone }).format(endsAt - 1);
}

/** A language that numbers and days can be printed in. */
function printable(locale: string): string {
  try {
    return Intl.getCanonicalLocales(locale)[0] ?? 'en';
  } catch {
    return 'en';
  }
}

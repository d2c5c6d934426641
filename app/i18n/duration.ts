import type { TFunction } from 'i18next';

/** A predicted time in words, rounded the way people say it: "40 s", "12 min", "2 h 50 min". */
export function durationText(t: TFunction, seconds: number): string {
  if (seconds < 55) return t('duration.exactSeconds', { n: Math.max(5, Math.ceil(seconds / 5) * 5) });
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return t('duration.exactMinutes', { n: minutes });
  const tens = Math.round(minutes / 10) * 10;
  return t('duration.exactHours', { h: Math.floor(tens / 60), m: tens % 60 });
}

/** A time left as a range, in the unit of its upper end: "2–5 min". */
export function durationRange(t: TFunction, low: number, high: number): string {
  const [unit, size] = high < 90 ? ['seconds', 1] : high < 5400 ? ['minutes', 60] : ['hours', 3600];
  const upper = Math.max(1, Math.ceil(high / Number(size)));
  const lower = Math.min(upper, Math.floor(low / Number(size)));
  return t(`duration.${unit as 'seconds' | 'minutes' | 'hours'}`, { low: lower, high: upper });
}

import { useFormat } from '#app/i18n/format.tsx';

/** Characters of an amount that still fit beside the other columns of a table on a phone. */
const FITS = 11;

/** An amount in a table: as `text`; where that is too long for a phone, there in short (¥395.1B). */
export function Amount({ minor, text }: { minor: number; text: string }) {
  const format = useFormat();
  if (text.length <= FITS) return text;
  return (
    <>
      <span className="rk-long">{text}</span>
      <span className="rk-short">{format.compactMoney(minor)}</span>
    </>
  );
}

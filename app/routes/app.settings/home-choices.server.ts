import { z } from 'zod';
import type { HomeChoiceProblems, HomeChoiceValues } from '#app/components/home-choices-card.tsx';
import type { ShopRow } from '#app/db.server.ts';
import { readHomeChoices, saveHomeChoices, type Targets } from '#app/models/home-choices.server.ts';
import { GOALS, unitOf, type Goal } from '#app/rfm/day-figures.ts';
import { formatDecimal, parseMinorUnits } from '#app/rfm/money.ts';

const FIELDS = {
  intent: z.literal('home-choices'),
  slippingPercent: z.string(),
  slippingDays: z.string(),
  guideShown: z.literal(['true', 'false']),
};
const form = z.strictObject({
  ...FIELDS,
  ...(Object.fromEntries(GOALS.map((goal) => [goal, z.string()])) as Record<Goal, z.ZodString>),
});

export type HomeChoicesAnswer =
  { result: 'home-saved' } | { result: 'home-invalid'; problems: HomeChoiceProblems };

/** The choices as their form holds them, and an amount as it is to be typed. */
export async function readHomeForm(shop: ShopRow): Promise<{ values: HomeChoiceValues; example: string }> {
  const { slippingPercent, slippingDays, guideClosed, targets } = await readHomeChoices(shop.id);
  const currency = shop.currency ?? 'XXX';
  const texts = GOALS.map((goal) => {
    const target = targets[goal];
    if (target === undefined) return [goal, ''];
    if (unitOf(goal) === 'share') return [goal, String(Math.round(target * 100))];
    return [goal, unitOf(goal) === 'money' ? formatDecimal(target, currency) : String(target)];
  });
  return {
    values: {
      slippingPercent: String(slippingPercent),
      slippingDays: String(slippingDays),
      guideShown: !guideClosed,
      ...(Object.fromEntries(texts) as Record<Goal, string>),
    },
    example: formatDecimal(parseMinorUnits('50', currency), currency),
  };
}

/**
 * Stores what was chosen for Home. An empty target is none.
 * @throws Response 400 when the form is not the page's
 */
export async function answerHomeChoices(shop: ShopRow, sent: FormData): Promise<HomeChoicesAnswer> {
  const parsed = form.safeParse(Object.fromEntries(sent));
  if (!parsed.success) throw new Response(null, { status: 400 });
  const { slippingPercent, slippingDays, guideShown, ...texts } = parsed.data;
  const problems: HomeChoiceProblems = {};
  const percent = wholeNumber(slippingPercent, 100);
  const days = wholeNumber(slippingDays, 90);
  if (percent === null) problems.slippingPercent = true;
  if (days === null) problems.slippingDays = true;
  const targets: Targets = {};
  for (const goal of GOALS) {
    const text = texts[goal].trim();
    if (text === '') continue;
    const target = targetOf(goal, text, shop.currency);
    if (target === null) problems[goal] = true;
    else targets[goal] = target;
  }
  if (percent === null || days === null || Object.keys(problems).length > 0) {
    return { result: 'home-invalid', problems };
  }
  await saveHomeChoices(shop.id, {
    slippingPercent: percent,
    slippingDays: days,
    guideClosed: guideShown === 'false',
    targets,
  });
  return { result: 'home-saved' };
}

/** A target as it was typed: an amount, a percentage or a number of customers; null for any other text. */
function targetOf(goal: Goal, text: string, currency: string | null): number | null {
  if (unitOf(goal) === 'money') return amount(text, currency);
  if (unitOf(goal) === 'count') return wholeNumber(text, MOST);
  const percent = wholeNumber(text, 100);
  return percent && percent / 100;
}

/** The highest target, in customers or in minor units: what the app prints exactly in every currency. */
const MOST = 1_000_000_000_000;

/** A whole number from 1 to `most`, null for any other text. */
function wholeNumber(text: string, most: number): number | null {
  const trimmed = text.trim();
  const number = /^\d{1,13}$/.test(trimmed) ? Number(trimmed) : 0;
  return number >= 1 && number <= most ? number : null;
}

/** An amount above zero in minor units, with no more decimals than the currency has; null for any other text. */
function amount(text: string, currency: string | null): number | null {
  if (currency === null || !/^\d{1,13}(\.\d{1,4})?$/.test(text)) return null;
  const minor = parseMinorUnits(text, currency);
  const kept = Number(text) === Number(formatDecimal(minor, currency));
  return kept && minor >= 1 && minor <= MOST ? minor : null;
}

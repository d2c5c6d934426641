import { z } from 'zod';
import {
  MOST_SEGMENTS,
  OWN_AXES,
  OWN_CELLS,
  OWN_COLORS,
  segmentFault,
  type OwnScheme,
} from '#app/rfm/own-scheme.ts';
import { isWhole, schemeFaults } from '#app/rfm/scheme-faults.ts';
import { SCHEME_IDS, type SchemeId } from '#app/rfm/schemes.ts';

/** What was sent: the scheme that is chosen, and the merchant's own where it is that one. */
export type SchemeInput = {
  intent: 'save' | 'simulate';
  /** of the settings it was made from */
  version: number;
  scheme: SchemeId;
  own: Omit<OwnScheme, 'former'> | null;
};

const OWN = z.strictObject({
  axes: z.enum(OWN_AXES),
  segments: z
    .array(
      z.strictObject({
        name: z.string().max(200).trim(),
        slug: z.string().max(200),
        color: z.enum(OWN_COLORS),
        cells: z.array(z.enum(OWN_CELLS as [string, ...string[]])).max(OWN_CELLS.length),
      }),
    )
    .min(1)
    .max(MOST_SEGMENTS),
});

const FORM = z.strictObject({
  intent: z.enum(['save', 'simulate']),
  version: z
    .string()
    .regex(/^\d{1,9}$/)
    .transform(Number),
  scheme: z.enum(SCHEME_IDS),
  own: z.string().max(20_000),
});

/** The form as sent; 'invalid' for a scheme that does not give each cell one well-named segment, null for another form. */
export function parseScheme(sent: FormData): SchemeInput | 'invalid' | null {
  const form = FORM.safeParse(Object.fromEntries(sent));
  if (!form.success) return null;
  const { own: text, ...rest } = form.data;
  if (rest.scheme !== 'own') return { ...rest, own: null };
  const own = OWN.safeParse(parsedJson(text));
  if (!own.success) return null;
  const { segments } = own.data;
  const named = segments.every((_, place) => segmentFault(segments, place) === null);
  return named && isWhole(schemeFaults(OWN_CELLS, segments)) ? { ...rest, own: own.data } : 'invalid';
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

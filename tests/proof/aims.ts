/** What a share of campaigns should be, and in how many of how many it was so. */
export type Aim = { name: string; count: number; of: number; within: { least: number; most: number } };

/** One in two hundred aims that are just met is missed by chance. */
const BY_CHANCE = 2.58;

/** Whether a share is further off than chance allows with so many campaigns. */
export function missed({ count, of, within: { least, most } }: Aim): boolean {
  if (of === 0) return false;
  const share = count / of;
  const error = (aim: number): number => BY_CHANCE * Math.sqrt((aim * (1 - aim)) / of);
  return share < least - error(least) || share > most + error(most);
}

/** What all of them have, nothing when they differ. */
export function inCommon(values: readonly string[]): string {
  const [first = ''] = values;
  return values.every((value) => value === first) ? first : '';
}

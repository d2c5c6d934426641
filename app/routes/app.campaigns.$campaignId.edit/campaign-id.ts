/** The number of a campaign in an address. @throws Response 404 when it is none */
export function campaignIdOf(text: string | undefined): number {
  if (!/^[1-9]\d{0,14}$/.test(text ?? '')) throw new Response(null, { status: 404 });
  return Number(text);
}

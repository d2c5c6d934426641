import { json, type ActionFunctionArgs } from '@remix-run/node';
import { z } from 'zod';
import { parsePlan } from '#app/campaigns/parse-plan.ts';
import type { PreviewAnswer } from '#app/components/arm-preview.tsx';
import { previewMessage } from '#app/jobs/preview-message.server.ts';
import { signedIn } from '#app/merchant.server.ts';
import { anyoneIn } from '#app/models/audience-sample.server.ts';
import { limitShop } from '#app/rate-limit.server.ts';

const place = z.string().regex(/^\d$/).transform(Number); // prettier-ignore
const form = z.object({ plan: z.string().max(200_000), step: place, branch: place, arm: place });

/** A message of a plan as somebody of its audience would read it, as JSON. */
export async function action({ request }: ActionFunctionArgs) {
  const { shop, user } = await signedIn(request, 'manager');
  limitShop('preview', shop.id);
  const sent = form.safeParse(Object.fromEntries(await request.formData()));
  const parsed = sent.success ? parsePlan(sent.data.plan) : null;
  if (!sent.success || parsed?.ok !== true) throw new Response(null, { status: 400 });
  const { step, branch, arm } = sent.data;
  const { plan } = parsed;
  const customerId = await anyoneIn(shop.id, plan.audience);
  const shown =
    customerId === null
      ? null
      : await previewMessage(shop, user.id, {
          plan,
          step,
          branch,
          arm,
          customerId,
          code: null,
          endsAt: null,
          edited: null,
        });
  const answer: PreviewAnswer =
    shown === null || customerId === null
      ? { shown: false, why: 'nobody' }
      : shown.ok
        ? { shown: true, customerId, subject: shown.subject, text: shown.text }
        : {
            shown: false,
            why: 'reason' in shown && shown.reason === 'protected-data' ? 'protected-data' : 'template',
          };
  return json(answer, { headers: { 'Cache-Control': 'no-store' } });
}

import { tokenSealer } from '#app/admin-for.server.ts';
import type { RenderedMail } from '#app/campaigns/render-template.ts';
import { databaseNow } from '#app/db.server.ts';
import { shopLogger } from '#app/logger.server.ts';
import { composeMail } from '#app/mail-message.server.ts';
import type { MailLink } from '#app/mail-tokens.server.ts';
import { mayGoOut } from '#app/models/mail-facts.server.ts';
import { noteMailProblem, noteMailWorks, type MailSettings } from '#app/models/mail-settings.server.ts';
import { suppress } from '#app/models/suppressions.server.ts';
import { openSmtp, SmtpFailure, type SmtpLine, type SmtpServer } from '#app/smtp.server.ts';
import type { JobContext } from './job.server.ts';
import { linkTo } from './render-message.server.ts';
import { step } from './step.server.ts';

/** A message to one customer that may go. */
export type ReadyMessage = {
  customerId: number;
  entry: number;
  step: number;
  to: string;
  key: string;
  link: MailLink;
  /** of the address */
  marks: readonly Buffer[];
  message: RenderedMail;
};

/**
 * What became of a message; `takeBack` = it was marked, and surely did not leave. 'later' without a reason = its turn did
 * not come.
 */
type SentResult = {
  outcome: 'given' | 'failed' | 'unknown' | 'dropped' | 'later';
  reason: string | null;
  takeBack: boolean;
};

/** Refusals in a row, of whatever kind, after which it is not the messages' fault. */
const IN_A_ROW = 5;
/** Messages that are marked in one go, right before they leave: what a death leaves in doubt is at most so many. */
const MARKED_AT_ONCE = 5;

/** How messages are marked, and until when they are sent: another shop's turn comes then, by `performance.now()`. */
type Sending<T> = {
  /** says for which of these it was done; asked only once the server has let us in */
  mark: (some: readonly T[]) => Promise<(message: T) => boolean>;
  until: number;
};

/** Sends messages one after another by one connection, each after a last look at whether it may still go. */
export async function sendMessages<T extends ReadyMessage>(
  { shop, signal }: JobContext,
  campaign: { id: number },
  settings: MailSettings,
  messages: readonly T[],
  { mark, until }: Sending<T>,
): Promise<{ results: Map<T, SentResult>; goesOn: boolean }> {
  const results = new Map<T, SentResult>();
  const server = serverOf(shop.id, settings);
  const gone: T[] = [];
  let line: SmtpLine | null = null;
  let [took, inARow, goesOn] = [false, 0, true];
  /** Notes what the server said; whether it is of use to go on. */
  const heard = async (failure: SmtpFailure, whose: 'message' | 'server'): Promise<boolean> => {
    line?.close();
    line = null;
    inARow += 1;
    if (whose === 'message' && inARow < IN_A_ROW) return true;
    const said = failure.code === null ? failure.problem : `${failure.problem} ${failure.code}`;
    shopLogger(shop.domain).warn({ problem: said }, 'the mail server cannot be used');
    await step('mail.problem', () => noteMailProblem(shop.id, said, whose === 'message'));
    return false;
  };
  const sendOne = async (message: T): Promise<SentResult> => {
    const may = await step('mail.look', () => mayGoOut(shop, { ...message, campaignId: campaign.id }));
    if (may !== 'yes') return { outcome: may === 'paused' ? 'later' : 'dropped', reason: may, takeBack: may === 'paused' }; // prettier-ignore
    try {
      line ??= await step('mail.connect-again', () => openSmtp(server));
      const at = await step('mail.send-clock', databaseNow);
      const unsubscribe = linkTo('unsubscribe', message.link);
      const { key } = message;
      const raw = await composeMail(settings, message.to, message.message, { key, unsubscribe, at });
      const open = line;
      await step('mail.send', () => open.send({ from: settings.fromAddress, to: message.to, raw }));
      [took, inARow] = [true, 0];
      return { outcome: 'given', reason: null, takeBack: false };
    } catch (error) {
      if (!(error instanceof SmtpFailure)) throw error;
      if (error.problem === 'no-mailbox') gone.push(message);
      goesOn = await heard(error, OF_ONE.has(error.problem) ? 'message' : 'server');
      return resultOf(error);
    }
  };
  try {
    line = await step('mail.connect', () => openSmtp(server));
    for (const [at, message] of messages.entries()) {
      if (at > 0 && performance.now() >= until) break;
      if (at % MARKED_AT_ONCE === 0) {
        if (!goesOn || signal.aborted) break;
        const some = messages.slice(at, at + MARKED_AT_ONCE);
        const isMarked = await mark(some);
        for (const one of some) results.set(one, isMarked(one) ? WAITS : NOT_MARKED);
      }
      if (results.get(message) === NOT_MARKED || !goesOn || signal.aborted) continue;
      results.set(message, await sendOne(message));
    }
    // That nobody is there is believed of a server that took something else: one that refuses everybody is broken.
    if (took) for (const message of gone) await bounced(shop.id, campaign.id, message);
    if (took && goesOn) await step('mail.works', () => noteMailWorks(shop.id));
    return { results, goesOn };
  } catch (error) {
    if (!(error instanceof SmtpFailure)) throw error;
    // Nobody is marked yet.
    await heard(error, 'server');
    return { results, goesOn: false };
  } finally {
    (line as SmtpLine | null)?.close();
  }
}

const NOT_MARKED: SentResult = { outcome: 'later', reason: 'changed-elsewhere', takeBack: false };
/** Marked, and its turn did not come. */
const WAITS: SentResult = { outcome: 'later', reason: null, takeBack: true };

/** What a server says about one message or one receiver. */
const OF_ONE: ReadonlySet<string> = new Set(['no-mailbox', 'refused', 'busy']);

function resultOf({ problem }: SmtpFailure): SentResult {
  if (problem === 'unknown') return { outcome: 'unknown', reason: 'no-answer', takeBack: false };
  if (problem === 'no-mailbox') return { outcome: 'failed', reason: 'bounced', takeBack: false };
  if (problem === 'refused') return { outcome: 'failed', reason: 'refused', takeBack: false };
  return { outcome: 'later', reason: problem === 'busy' ? 'busy' : 'provider-away', takeBack: true };
}

/** Nobody is there: no campaign writes there again. */
function bounced(shopId: number, campaignId: number, { customerId, marks }: ReadyMessage): Promise<void> {
  const mark = marks[0] ?? null;
  return step('mail.bounced', () => suppress(shopId, { customerId, reason: 'bounced', campaignId, mark }));
}

/** The server with its password opened. */
export function serverOf(shopId: number, settings: MailSettings): SmtpServer {
  const { host, port, security, username, password } = settings;
  const opened = password === null ? null : tokenSealer.open(password, sealedFor(shopId));
  return { host, port, security, username, password: opened };
}

/** What a stored password is sealed for: it opens for that shop only. */
export function sealedFor(shopId: number): string {
  return `mail ${shopId}`;
}

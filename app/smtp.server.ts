import { isIP } from 'node:net';
import { Readable } from 'node:stream';
import SMTPConnection from 'nodemailer/lib/smtp-connection';
import { env } from './env.server.ts';
import { addressesOf, isLoopback, NotPublic } from './public-address.server.ts';

/** A mail server, and how to sign in there. */
export type SmtpServer = {
  host: string;
  port: number;
  /** 'none' is taken for this machine only */
  security: 'tls' | 'starttls' | 'none';
  username: string | null;
  password: string | null;
};

/**
 * Why a message was not handed over. The first five are about the server and everything sent by it, the others about
 * one message. `unknown` = it was handed over wholly or in part and nobody said what became of it.
 */
export type SmtpProblem =
  | 'not-public'
  | 'unreachable'
  | 'not-secure'
  | 'login'
  | 'sender'
  | 'no-mailbox'
  | 'refused'
  | 'busy'
  | 'unknown';

/** A message that was not handed over, or of which that is not known. `code` is the server's number, if it told one. */
export class SmtpFailure extends Error {
  override readonly name = 'SmtpFailure';
  readonly problem: SmtpProblem;
  readonly code: number | null;
  readonly #answer: string;
  constructor(problem: SmtpProblem, code: number | null, answer: string) {
    super(code === null ? problem : `${problem} ${code}`);
    this.problem = problem;
    this.code = code;
    this.#answer = answer.replace(/\s+/g, ' ').trim().slice(0, 300);
  }

  /** The server's words. They may name the customer: they are for whoever tries the server, and no part of a log. */
  get answer(): string {
    return this.#answer;
  }
}

/** An open connection, signed in. */
export type SmtpLine = {
  /**
   * Hands one message over to one receiver. Once it throws, the connection is not to be used again.
   * @throws SmtpFailure
   */
  send(message: { from: string; to: string; raw: Buffer }): Promise<void>;
  close(): void;
};

/** Milliseconds to connect and be greeted, and without a word of the server. */
const [CONNECT_MS, SILENT_MS] = [15_000, 30_000];

/** Milliseconds a server has in all, however much it talks: until we are let in, and for each message. */
type Patience = { open: number; send: number };
const PATIENCE: Patience = { open: 30_000, send: 60_000 };

/** Refused for ever with these numbers (RFC 3463): the mailbox is not there, or was closed. */
const NO_MAILBOX = /\b5\.1\.[1236]\b|\b5\.2\.1\b/;
/** Any number of that kind: what a server says by number is not guessed from its words. */
const NUMBERED = /\b5\.\d{1,3}\.\d{1,3}\b/;
/** The same in words. "Mailbox unavailable" is none of them: servers say it of whatever they do not like. */
const NOBODY_THERE =
  /\b(no such|unknown|invalid|non-?existent) (\w+ )?(user|recipient|mailbox|address|account)|(user|recipient|mailbox|address|account)\b.{0,80}\b(unknown|not found|not exist|doesn.t exist|no longer exists)|\bno mailbox (here )?by that name/i;
/** Words of a refusal that is not about the mailbox, or not about it alone. */
const OTHER_REASON = /relay|spam|block|policy|denied|authenti|sender/i;

/**
 * Connects to a mail server and signs in.
 * @throws SmtpFailure
 */
export async function openSmtp(server: SmtpServer, patience = PATIENCE): Promise<SmtpLine> {
  const until = performance.now() + patience.open;
  const address = await firstAddress(server);
  const connection = new SMTPConnection({
    host: address,
    port: server.port,
    secure: server.security === 'tls',
    requireTLS: server.security === 'starttls',
    ignoreTLS: server.security === 'none',
    name: new URL(env.SHOPIFY_APP_URL).hostname,
    connectionTimeout: CONNECT_MS,
    greetingTimeout: CONNECT_MS,
    socketTimeout: SILENT_MS,
    maxResponseSize: 65_536,
    tls: { minVersion: 'TLSv1.2', ...(isIP(server.host) === 0 ? { servername: server.host } : {}) },
    logger: false,
  });
  // An error that nobody hears would end the process.
  connection.on('error', () => undefined);
  try {
    await answered(connection, until, (done) => connection.connect(done));
    const { username: user, password: pass } = server;
    if (user !== null && pass !== null) {
      await answered(connection, until, (done) => connection.login({ user, pass }, done));
    }
  } catch (error) {
    connection.close();
    throw problemOf(error, false);
  }
  return {
    close: () => connection.quit(),
    async send({ from, to, raw }) {
      let begun = false;
      const stream = new Readable({
        read() {
          // The connection reads it only after the server said that it wants it.
          begun = true;
          this.push(raw);
          this.push(null);
        },
      });
      try {
        const sentBy = performance.now() + patience.send;
        await answered(connection, sentBy, (done) => connection.send({ from, to: [to] }, stream, done));
      } catch (error) {
        connection.close();
        throw problemOf(error, begun);
      }
    },
  };
}

async function firstAddress({ host, security }: SmtpServer): Promise<string> {
  const addresses = await addressesOf(host).catch((error: unknown) => {
    throw error instanceof NotPublic
      ? new SmtpFailure('not-public', null, '')
      : new SmtpFailure('unreachable', null, String((error as { code?: unknown }).code ?? ''));
  });
  const [address] = addresses;
  if (address === undefined) throw new SmtpFailure('unreachable', null, '');
  if (security === 'none' && !isLoopback(address)) throw new SmtpFailure('not-secure', null, '');
  return address;
}

/** Waits for one answer; the connection may break instead of giving one, or talk on without an end. */
function answered(
  connection: SMTPConnection,
  until: number,
  ask: (done: (error?: Error | null) => void) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const failed = (error: Error): void => settle(error);
    const ended = (): void => settle(new Error('The connection ended'));
    const tooLong = setTimeout(
      () => settle(new Error('It took too long')),
      Math.max(0, until - performance.now()),
    );
    function settle(error?: Error | null): void {
      clearTimeout(tooLong);
      connection.off('error', failed);
      connection.off('end', ended);
      if (error) reject(error);
      else resolve();
    }
    connection.on('error', failed);
    connection.on('end', ended);
    ask(settle);
  });
}

type Told = { code?: string; command?: string; responseCode?: number; response?: string; message?: string };

/** @param begun the server had asked for the message before this happened */
function problemOf(error: unknown, begun: boolean): SmtpFailure {
  const { code = '', command = '', responseCode = null, response, message = '' } = error as Told;
  const answer = response ?? message;
  const fault = (problem: SmtpProblem) => new SmtpFailure(problem, responseCode, answer);
  if (responseCode === null || responseCode < 400) {
    // Only a number of the server's says that it did not take what it was given.
    if (begun) return fault('unknown');
    if (code === 'ETLS' || code === 'EAUTH') return fault(code === 'ETLS' ? 'not-secure' : 'login');
    return fault(/certificate|self[- ]signed|altname|TLS|SSL/i.test(answer) ? 'not-secure' : 'unreachable');
  }
  if (code === 'EAUTH') return fault(responseCode < 500 ? 'busy' : 'login');
  if (code === 'ETLS') return fault('not-secure');
  if (responseCode < 500) return fault('busy');
  if (command === 'RCPT TO') {
    const inWords = !NUMBERED.test(answer) && NOBODY_THERE.test(answer) && !OTHER_REASON.test(answer);
    return fault(NO_MAILBOX.test(answer) || inWords ? 'no-mailbox' : 'refused');
  }
  if (command === 'DATA') return fault('refused');
  return fault(command === 'MAIL FROM' ? 'sender' : 'unreachable');
}

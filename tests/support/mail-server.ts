import type { AddressInfo, Socket } from 'node:net';
import { SMTPServer } from 'smtp-server';

/** A message as the server received it. */
type ReceivedMail = {
  from: string;
  to: string[];
  /** by their names in lower case, unfolded */
  headers: Map<string, string>;
  /** the contents by their types */
  parts: Map<string, string>;
  raw: string;
};

/** What the server says to one message; a number of 400 or more refuses. 'silent' says nothing and hangs up. */
type Says = { code: number; words: string } | 'silent';

/** A mail server on this machine, which takes everything unless told otherwise. */
export type MailServer = {
  port: number;
  received: ReceivedMail[];
  /** how many connections were opened */
  connections(): number;
  /** what it says from now on to receivers, to messages, to who signs in, and to senders; null = takes them */
  say(answers: {
    receiver?: (address: string) => Says | null;
    message?: (mail: ReceivedMail) => Says | null | Promise<Says | null>;
    login?: (user: string, password: string) => boolean;
    sender?: (address: string) => Says | null;
  }): void;
  close(): Promise<void>;
};

/** Starts one. `tls` offers STARTTLS with a certificate that nobody vouches for. */
export async function startMailServer(options: { tls?: boolean; login?: boolean } = {}): Promise<MailServer> {
  let answers: Parameters<MailServer['say']>[0] = {};
  let connections = 0;
  const received: ReceivedMail[] = [];
  const refusal = ({ code, words }: Exclude<Says, 'silent'>) =>
    Object.assign(new Error(words), { responseCode: code });
  const server = new SMTPServer({
    authOptional: options.login !== true,
    allowInsecureAuth: true,
    disabledCommands: options.tls === true ? [] : ['STARTTLS'],
    disableReverseLookup: true,
    closeTimeout: 100,
    logger: false,
    onConnect(_session, done) {
      connections += 1;
      done();
    },
    onAuth({ username, password }, _session, done) {
      if (answers.login?.(username ?? '', password ?? '') ?? true) done(null, { user: username ?? '' });
      else done(Object.assign(new Error('5.7.8 Wrong'), { responseCode: 535 }));
    },
    onMailFrom({ address }, _session, done) {
      const says = answers.sender?.(address) ?? null;
      if (says === null || says === 'silent') done();
      else done(refusal(says));
    },
    onRcptTo({ address }, _session, done) {
      const says = answers.receiver?.(address) ?? null;
      if (says === null || says === 'silent') done();
      else done(refusal(says));
    },
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', async () => {
        const { mailFrom, rcptTo } = session.envelope;
        const mail = read(Buffer.concat(chunks).toString('latin1'));
        const from = mailFrom === false || mailFrom === undefined ? '' : mailFrom.address;
        const whole = { ...mail, from, to: rcptTo.map(({ address }) => address) };
        const says = (await answers.message?.(whole)) ?? null;
        if (says === null || says === 'silent') received.push(whole);
        // What it took it may still say nothing about: then nobody knows.
        if (says === 'silent') for (const socket of sockets) socket.destroy();
        else if (says === null) done();
        else done(refusal(says));
      });
    },
  });
  server.on('error', () => undefined);
  const sockets = new Set<Socket>();
  server.server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.server.address() as AddressInfo).port,
    received,
    connections: () => connections,
    say: (next) => void (answers = next),
    close: () => new Promise((resolve) => server.close(resolve)),
  };
}

function read(raw: string): Pick<ReceivedMail, 'headers' | 'parts' | 'raw'> {
  const { headers, body } = split(raw);
  const parts = new Map<string, string>();
  const boundary = /boundary="?([^";]+)"?/.exec(headers.get('content-type') ?? '')?.[1];
  const sections = boundary === undefined ? [raw] : body.split(`--${boundary}`).slice(1, -1);
  for (const section of sections) {
    const one = split(section.replace(/^\r\n/, ''));
    const type = (one.headers.get('content-type') ?? '').split(';')[0] ?? '';
    parts.set(type, decoded(one.body, one.headers.get('content-transfer-encoding') ?? ''));
  }
  return { headers, parts, raw };
}

function split(raw: string): { headers: Map<string, string>; body: string } {
  const end = raw.indexOf('\r\n\r\n');
  const lines = raw.slice(0, end).replace(/\r\n[ \t]+/g, ' ').split('\r\n'); // prettier-ignore
  const headers = new Map<string, string>();
  for (const line of lines) {
    const colon = line.indexOf(':');
    const name = line.slice(0, colon).toLowerCase();
    if (headers.has(name)) throw new Error(`Two headers ${name}`);
    headers.set(name, words(line.slice(colon + 1).trim()));
  }
  return { headers, body: raw.slice(end + 4) };
}

/** Encoded words of a header (RFC 2047). */
function words(value: string): string {
  return value
    .replace(/(=\?[^?]+\?[BQ]\?[^?]*\?=)\s+(?==\?)/gi, '$1')
    .replace(/=\?utf-8\?([BQ])\?([^?]*)\?=/gi, (_, how: string, text: string) =>
      how.toUpperCase() === 'B'
        ? Buffer.from(text, 'base64').toString()
        : decoded(text.replaceAll('_', ' '), 'quoted-printable'),
    );
}

function decoded(body: string, how: string): string {
  if (how === 'base64') return Buffer.from(body, 'base64').toString();
  const bytes =
    how === 'quoted-printable'
      ? body
          .replace(/=\r\n/g, '')
          .replace(/=([0-9A-F]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
      : body;
  return Buffer.from(bytes, 'latin1').toString().replaceAll('\r\n', '\n');
}

import { createServer, type AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { env } from '#app/env.server.ts';
import { createLogger } from '#app/logger.server.ts';
import { addressesOf, isLoopback, isPublicAddress } from '#app/public-address.server.ts';
import { openSmtp, SmtpFailure, type SmtpServer } from '#app/smtp.server.ts';
import { startMailServer, type MailServer } from '#tests/support/mail-server.ts';

let mail: MailServer | undefined;
afterEach(() => mail?.close());

const at = (port: number, patch: Partial<SmtpServer> = {}): SmtpServer => ({
  host: '127.0.0.1',
  port,
  security: 'none',
  username: null,
  password: null,
  ...patch,
});

const MESSAGE = {
  from: 'shop@tea.example',
  to: 'ida@mail.example',
  raw: Buffer.from('Subject: x\r\n\r\nHello'),
};

async function failure(work: Promise<unknown>): Promise<[string, number | null]> {
  const error: unknown = await work.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(SmtpFailure);
  const { problem, code } = error as SmtpFailure;
  return [problem, code];
}

const sent = async (server: SmtpServer): Promise<void> => {
  const line = await openSmtp(server);
  try {
    await line.send(MESSAGE);
  } finally {
    line.close();
  }
};

describe('handing a message to a mail server', () => {
  it('given a server that takes it, then it is there once, and a second one goes by the same connection', async () => {
    mail = await startMailServer();
    const line = await openSmtp(at(mail.port));
    await line.send(MESSAGE);
    await line.send({ ...MESSAGE, to: 'udo@mail.example' });
    line.close();
    expect(mail.received.map(({ to }) => to)).toEqual([['ida@mail.example'], ['udo@mail.example']]);
    expect(mail.connections()).toBe(1);
  });

  it('X17: given each way of saying no, then it is told whose fault it is and whether it passes', async () => {
    mail = await startMailServer({ login: true });
    const server = at(mail.port, { username: 'shop', password: 'right' });
    const no = (code: number, words: string) => () => ({ code, words });
    mail.say({ login: () => false });
    expect(await failure(sent(server))).toEqual(['login', 535]);
    mail.say({ sender: no(550, '5.7.1 not yours') });
    expect(await failure(sent(server))).toEqual(['sender', 550]);
    mail.say({ receiver: no(550, '5.1.1 No such user') });
    expect(await failure(sent(server))).toEqual(['no-mailbox', 550]);
    for (const words of [
      'Unknown user',
      'User unknown',
      '<ida> mailbox not found',
      'recipient does not exist',
    ]) {
      mail.say({ receiver: no(550, words) });
      expect(await failure(sent(server)), words).toEqual(['no-mailbox', 550]);
    }
    // Without a number or clear words it may be about anything: nobody is written off for that.
    for (const words of [
      '',
      'mailbox unavailable',
      'Requested action not taken',
      '5.2.2 mailbox full',
      '5.7.1 user unknown',
      '5.1.8 bad sender',
      'sender address not found',
    ]) {
      mail.say({ receiver: no(550, words) });
      expect(await failure(sent(server)), words).toEqual(['refused', 550]);
    }
    mail.say({ receiver: no(554, '5.7.1 Relay access denied') });
    expect(await failure(sent(server))).toEqual(['refused', 554]);
    mail.say({ receiver: no(550, 'Blocked by policy') });
    expect(await failure(sent(server))).toEqual(['refused', 550]);
    mail.say({ receiver: no(451, 'Greylisted') });
    expect(await failure(sent(server))).toEqual(['busy', 451]);
    mail.say({ message: no(554, 'Looks like spam') });
    expect(await failure(sent(server))).toEqual(['refused', 554]);
    mail.say({ message: no(452, 'Full') });
    expect(await failure(sent(server))).toEqual(['busy', 452]);
    expect(mail.received).toEqual([]);
  });

  it('X17: given a server that goes silent after it had everything, then nobody says that it failed', async () => {
    mail = await startMailServer();
    mail.say({ message: () => 'silent' });
    expect(await failure(sent(at(mail.port)))).toEqual(['unknown', null]);
    expect(mail.received).toHaveLength(1);
  });

  it('X17: given a server that talks on and never comes to an end, then it is left after a while', async () => {
    /** Says each answer once; one that says there is more to come, again and again. */
    const talking = (answers: Record<string, string>) =>
      createServer((socket) => {
        const say = (words: string | undefined): void => {
          if (words === undefined) return;
          socket.write(words);
          if (!words.includes('-')) return;
          const again = setInterval(() => socket.write(words), 20);
          socket.on('close', () => clearInterval(again));
        };
        socket.on('error', () => undefined);
        socket.on('data', (data) => say(answers[data.toString().slice(0, 4)]));
        say(answers['']);
      });
    const listening = async (server: ReturnType<typeof createServer>): Promise<number> => {
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      return (server.address() as AddressInfo).port;
    };
    const patience = { open: 300, send: 300 };
    const greeting = talking({ '': '220-hello\r\n' });
    expect(await failure(openSmtp(at(await listening(greeting)), patience))).toEqual(['unreachable', null]);
    greeting.close();
    const ok = '250 ok\r\n';
    const [greets, goes] = ['220 hi\r\n', '354 go\r\n'];
    const taking = talking({ '': greets, EHLO: ok, MAIL: ok, RCPT: ok, DATA: goes, Subj: '250-hm\r\n' });
    const line = await openSmtp(at(await listening(taking)), patience);
    expect(await failure(line.send(MESSAGE))).toEqual(['unknown', null]);
    taking.close();
  });

  it('given an answer that names the customer, then who tries the server reads it, and no log of the error has it', async () => {
    mail = await startMailServer();
    mail.say({ receiver: (to) => ({ code: 451, words: `No room for ${to}` }) });
    const error = await sent(at(mail.port)).catch((thrown: unknown) => thrown as SmtpFailure);
    expect(error?.answer).toContain('ida@mail.example');
    const lines: string[] = [];
    createLogger({ write: (line) => void lines.push(line) }, { ...env, LOG_LEVEL: 'info' }).info(
      { err: error, server: { password: 'tea-and-cake' } },
      'x',
    );
    expect(lines.join('')).toContain('busy 451');
    expect(lines.join('')).not.toMatch(/ida@|No room|tea-and-cake/);
  });

  it('given nobody at that address, or somebody who speaks otherwise, then it is unreachable', async () => {
    const other = createServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as AddressInfo;
    expect(await failure(sent(at(port)))).toEqual(['unreachable', null]);
    await new Promise((resolve) => other.close(resolve));
    expect(await failure(sent(at(port)))).toEqual(['unreachable', null]);
  });

  it('given a certificate nobody vouches for, or none at all, then nothing is said to that server', async () => {
    mail = await startMailServer({ tls: true, login: true });
    let asked = 0;
    mail.say({ login: () => (asked += 1) > 0 });
    const server = at(mail.port, { security: 'starttls', username: 'shop', password: 'right' });
    expect((await failure(sent(server)))[0]).toBe('not-secure');
    await mail.close();
    mail = await startMailServer({ login: true });
    expect((await failure(sent({ ...server, port: mail.port })))[0]).toBe('not-secure');
    expect((await failure(sent({ ...server, port: mail.port, security: 'tls' })))[0]).toBe('not-secure');
    expect(asked).toBe(0);
  });
});

describe('where a merchant may lead the app', () => {
  it('given addresses, then only those of the internet are public', () => {
    const closed = [
      '127.0.0.1', '10.1.2.3', '172.20.0.1', '192.168.1.1', '169.254.169.254', '100.64.0.1', '0.0.0.0', '224.0.0.1',
      '255.255.255.255', '::1', '::', 'fe80::1', 'fc00::1', 'fd00::1', '::ffff:127.0.0.1', '::ffff:8.8.8.8', '64:ff9b::a00:1',
      '2002:7f00:1::', '2001:db8::1', 'ff02::1', 'localhost', '', '1.2.3',
    ]; // prettier-ignore
    expect(closed.filter((address) => isPublicAddress(address))).toEqual([]);
    expect(['8.8.8.8', '1.1.1.1', '2606:4700::1111', '2a00:1450::1'].every(isPublicAddress)).toBe(true);
    expect(['127.0.0.1', '127.1.2.3', '::1', '10.0.0.1', 'x'].map(isLoopback)).toEqual([
      true, true, true, false, false,
    ]); // prettier-ignore
  });

  it('given a name of this machine outside of production, then it leads there', async () => {
    expect((await addressesOf('127.0.0.1')).every(isLoopback)).toBe(true);
  });
});

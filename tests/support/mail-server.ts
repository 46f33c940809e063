import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';

/** A mail as a server got it. */
export type ReceivedMail = { from: string; to: string[]; user: string | null; source: string };

/** A real SMTP server on this machine that keeps what it is given. */
export type TestMailServer = {
  port: number;
  mails: ReceivedMail[];
  stop(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
};

/** Starts it; port 0 takes a free one. */
export async function startMailServer(options: SMTPServerOptions = {}, port = 0): Promise<TestMailServer> {
  const mails: ReceivedMail[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    allowInsecureAuth: true,
    disableReverseLookup: true,
    onAuth: ({ username, password }, _session, done) =>
      password === 'wrong'
        ? done(new Error(`Invalid login with ${password}`))
        : done(null, { user: `${username}:${password}` }),
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const { mailFrom, rcptTo } = session.envelope;
        mails.push({
          from: mailFrom ? mailFrom.address : '',
          to: rcptTo.map(({ address }) => address),
          user: session.user ?? null,
          source: Buffer.concat(chunks).toString('utf8')
        });
        done();
      });
    },
    ...options
  });
  server.on('error', () => undefined);
  server.listen(port, '127.0.0.1');
  await once(server.server, 'listening');
  const stop = () => new Promise<void>((done) => server.close(() => done()));
  return { port: (server.server.address() as AddressInfo).port, mails, stop, [Symbol.asyncDispose]: stop };
}

/** The headers of a mail by lower-case name, unfolded; a name that is there twice has both. */
export function headersOf({ source }: ReceivedMail): Map<string, string[]> {
  const head = source.slice(0, source.indexOf('\r\n\r\n')).replace(/\r\n[ \t]+/g, ' ');
  const headers = new Map<string, string[]>();
  for (const line of head.split('\r\n')) {
    const colon = line.indexOf(':');
    const name = line.slice(0, colon).toLowerCase();
    headers.set(name, [...(headers.get(name) ?? []), line.slice(colon + 1).trim()]);
  }
  return headers;
}

/** Text that people read of a mail: both parts, decoded. */
export function readableText({ source }: ReceivedMail): string {
  const plain = source.replace(/=\r\n/g, '');
  const bytes = plain.replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1').toString('utf8');
}

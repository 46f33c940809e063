import { createTransport, type Transporter } from 'nodemailer';
import type { MailSettings } from '../../../core/settings/settings';

/** A mail, ready to go. */
export type OutgoingMail = {
  to: string;
  from: { name: string; address: string };
  subject: string;
  text: string;
  html: string;
};

/** A mail server as it is reached; the password is in clear: never stored, never logged. */
export type MailServer = MailSettings & { password: string | null };

/** Failure of a mail: what the server said against it, or that none was reached, in short and without the password. */
export class MailFailed extends Error {
  override name = 'MailFailed';
  /** @param code what happened on the way, for the program's own log; null: the words say it */
  constructor(
    message: string,
    readonly code: string | null = null
  ) {
    super(message);
  }
}

/** Milliseconds for connecting, for the greeting and for each silence. */
const STEP_MS = 10_000;
/** A server that answers drop by drop is given up as well. */
const WHOLE_MS = 45_000;
const LONGEST_PROBLEM = 200;

/**
 * Hands a mail to the server.
 * @throws MailFailed with the server's own words
 */
export async function sendMail(server: MailServer, mail: OutgoingMail): Promise<void> {
  const transport = transportTo(server);
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('The server took too long.')), WHOLE_MS);
  });
  const sent = transport.sendMail({
    to: { name: '', address: oneLine(mail.to) },
    from: { name: oneLine(mail.from.name), address: oneLine(mail.from.address) },
    subject: oneLine(mail.subject),
    text: mail.text,
    html: mail.html,
    // Nobody's holiday notice answers a program.
    headers: { 'auto-submitted': 'auto-generated' },
    disableFileAccess: true,
    disableUrlAccess: true
  });
  try {
    await Promise.race([sent, late]);
  } catch (error) {
    sent.catch(() => undefined);
    throw new MailFailed(problemIn(error, server.password), codeOf(error));
  } finally {
    clearTimeout(timer);
    transport.close();
  }
}

function transportTo({ host, port, security, user, password }: MailServer): Transporter {
  return createTransport({
    host,
    port,
    secure: security === 'tls',
    // Without the offer to encrypt nothing is said at all.
    requireTLS: security === 'starttls',
    ignoreTLS: security === 'none',
    tls: { minVersion: 'TLSv1.2' },
    ...(user === '' && password === null ? {} : { auth: { user, pass: password ?? '' } }),
    connectionTimeout: STEP_MS,
    greetingTimeout: STEP_MS,
    socketTimeout: STEP_MS,
    dnsTimeout: STEP_MS
  });
}

const NOT_REACHED = 'No mail server answered at this address and port.';
const BAD_CERTIFICATE = 'The certificate of this server cannot be trusted, or is for another name.';

/** Names node and nodemailer give to certificate errors. */
const CERTIFICATE = /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|ALTNAME/;

/**
 * Message about a failure before a mail server has spoken: nothing of whatever else listens there, and not even if
 * anything does. Null: a mail server has spoken, and its words are its own.
 */
function beforeGreeting(error: unknown): string | null {
  const { command, code } = error as { command?: unknown; code?: unknown };
  if (command !== 'CONN') return null;
  const cause = error instanceof Error ? `${String(code)} ${error.message}` : '';
  return CERTIFICATE.test(cause) || /certificate/i.test(cause) ? BAD_CERTIFICATE : NOT_REACHED;
}

function codeOf(error: unknown): string | null {
  const { code } = error as { code?: unknown };
  return typeof code === 'string' ? code : null;
}

/** The words of an error on one line, without the password in any form that it is sent in. */
export function problemIn(error: unknown, password: string | null): string {
  const own = beforeGreeting(error);
  if (own !== null) return own;
  const said = error instanceof Error ? error.message : String(error);
  const secrets = password === null ? [] : [password, Buffer.from(password).toString('base64')];
  const clean = secrets.reduce((text, secret) => text.replaceAll(secret, '…'), said);
  const line = oneLine(clean);
  return line.length > LONGEST_PROBLEM ? `${line.slice(0, LONGEST_PROBLEM - 1)}…` : line;
}

/** One line: whatever else is in a text cannot begin a header or a command. */
function oneLine(text: string): string {
  return text
    .replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
    .replace(/ {2,}/g, ' ')
    .trim();
}

import { MOST_KEY_DAYS } from '../applications/keys';

/** The bounds of settings, for the server's judgement and for the hints under the fields. */
export const SETTINGS_LIMITS = {
  cap: { least: 0, most: 1e12 },
  alert: { least: 1, most: 99 },
  minLength: { least: 15, most: 64 },
  minLengthWith2fa: { least: 10, most: 64 },
  idleMinutes: { least: 5, most: 60 },
  absoluteHours: { least: 1, most: 24 },
  keyDays: { least: 1, most: MOST_KEY_DAYS },
  retentionDays: { least: 90, most: 3650 },
  port: { least: 1, most: 65_535 },
  /** Characters. */
  name: { least: 1, most: 40 }
} as const;

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|::1)$/i;

/** True if a mail server's host is this very machine: the only place where mail may go out without encryption. */
export function isLoopbackHost(host: string): boolean {
  return LOOPBACK.test(host);
}

/** True for a time zone that dates can be shown in: `Europe/Berlin`, `UTC`. */
export function isTimeZone(name: string): boolean {
  // An offset such as +02:00 is taken by newer engines alone, and follows no summer time.
  if (!/^[A-Za-z][A-Za-z0-9_+\-/]{0,63}$/.test(name)) return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/** Ports of mail servers. Any other would make of the mail settings a way to probe the inner network. */
const MAIL_PORTS: ReadonlySet<number> = new Set([25, 465, 587, 2525]);

/** Ports that whoever runs the server allows besides. */
export type MailPorts = ReadonlySet<number> | 'any';

export const MAIL_PORT_WORDS =
  'Mail goes to the ports 25, 465, 587 and 2525. Whoever runs the server can allow others (MAIL_PORTS).';

export function isMailPort(port: number, more: MailPorts = new Set()): boolean {
  return MAIL_PORTS.has(port) || more === 'any' || more.has(port);
}

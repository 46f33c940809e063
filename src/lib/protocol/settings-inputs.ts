import { z } from 'zod';
import { CAPS, type CapId } from '$lib/core/quotas/caps';
import { isPlainText } from '$lib/core/text/names';
import { SETTINGS_SECTIONS } from '$lib/core/settings/settings';
import { isTimeZone, SETTINGS_LIMITS } from '$lib/core/settings/settings-limits';
import { BrandAccent, BrandLogo, BrandName } from './brand-inputs';
import { ClaimedAt, Email, judged, Op, SeenParts, Version } from './fields';

// One strict schema for each section. What a field means beside the others is judged where they are known
// (services/settings).

type Bounds = { least: number; most: number };

const whole = ({ least, most }: Bounds) => {
  const message = `Enter a whole number from ${least.toLocaleString('en')} to ${most.toLocaleString('en')}.`;
  return z.number(message).int(message).min(least, message).max(most, message);
};

const Limit = z.union([z.literal('unlimited'), whole(SETTINGS_LIMITS.cap)]);

const Caps = z
  .strictObject(Object.fromEntries(CAPS.map(({ id }) => [id, Limit])) as Record<CapId, typeof Limit>)
  .partial();

const Sending = z
  .strictObject({
    ...{ totalHourly: Limit, totalDaily: Limit, totalMonthly: Limit },
    ...{ smooth: z.boolean(), watchHourly: z.boolean(), watchDaily: z.boolean() },
    ...{ watchMonthly: z.boolean(), watchThreads: z.boolean(), watchTotal: z.boolean() },
    unknownSenders: z.enum(['refuse', 'pass']),
    unreachable: z.enum(['closed', 'open'])
  })
  .partial();

const Alerts = z
  .strictObject({ first: whole(SETTINGS_LIMITS.alert), second: whole(SETTINGS_LIMITS.alert) })
  .partial();

const TwoFactor = z
  .strictObject({
    required: z.boolean(),
    /** ISO time from which on; null: at once. */
    from: z.iso.datetime('This is not a moment in time.').nullable()
  })
  .partial();

const Passwords = z
  .strictObject({
    minLength: whole(SETTINGS_LIMITS.minLength),
    minLengthWith2fa: whole(SETTINGS_LIMITS.minLengthWith2fa)
  })
  .partial();

const Sessions = z
  .strictObject({
    idleMinutes: whole(SETTINGS_LIMITS.idleMinutes),
    absoluteHours: whole(SETTINGS_LIMITS.absoluteHours),
    tellSignInAs: z.boolean()
  })
  .partial();

const Keys = z.strictObject({ mostDays: whole(SETTINGS_LIMITS.keyDays) }).partial();

const Retention = z.strictObject({ days: whole(SETTINGS_LIMITS.retentionDays).nullable() }).partial();

const General = z
  .strictObject({
    timeZone: judged(64, (name) => (isTimeZone(name) ? null : 'There is no time zone of this name.'))
  })
  .partial();

const Branding = z
  .strictObject({ name: BrandName, accent: BrandAccent.nullable(), logo: BrandLogo.nullable() })
  .partial();

/** A name or address of a server; empty: none. */
const Host = z
  .string()
  .trim()
  .max(253, 'This host is too long.')
  .regex(
    /^$|^(?!-)[a-z0-9-]+(\.[a-z0-9-]+)*\.?$|^[0-9a-f:]+(\.\d{1,3}){0,3}$/i,
    'A host is written like smtp.example.com, without spaces and without a port.'
  );

const Mail = z
  .strictObject({
    host: Host,
    port: whole(SETTINGS_LIMITS.port),
    security: z.enum(['tls', 'starttls', 'none']),
    user: z
      .string()
      .trim()
      .max(254, 'This user is too long.')
      .refine(isPlainText, 'This user cannot be used.'),
    from: z.union([z.literal(''), Email]),
    /** A new password; null takes the stored one away. */
    password: z
      .string()
      .min(1, 'Enter a password.')
      .max(256, 'The password has at most 256 characters.')
      .refine((text) => text.isWellFormed() && !/\p{Cc}/u.test(text), 'This password cannot be used.')
      .nullable()
  })
  .partial();

/**
 * Sections, each in part. `seen` is the version of the section that its author had on screen; the lowest when there
 * are several. `seenParts` goes by the names of the fields.
 */
export const SettingsUpdate = z
  .strictObject({
    op: Op,
    claimedAt: ClaimedAt,
    seen: Version,
    seenParts: SeenParts.optional(),
    caps: Caps.optional(),
    sending: Sending.optional(),
    alerts: Alerts.optional(),
    twoFactor: TwoFactor.optional(),
    passwords: Passwords.optional(),
    sessions: Sessions.optional(),
    keys: Keys.optional(),
    retention: Retention.optional(),
    general: General.optional(),
    branding: Branding.optional(),
    mail: Mail.optional()
  })
  .refine((input) => SETTINGS_SECTIONS.some((section) => input[section] !== undefined), {
    path: ['section'],
    message: 'Say what to change.'
  });

export const MailTest = z.strictObject({ op: Op, to: Email });

/** An address that alerts are posted to: no name and password in it, which would be sent along and shown. */
const WebhookUrl = z
  .string()
  .max(500, 'The address has at most 500 characters.')
  .transform((text) => text.trim())
  .pipe(z.url({ protocol: /^https?$/, error: 'Enter an address that begins with https://.' }))
  .refine((text) => {
    // What is no address is said so already.
    if (!URL.canParse(text)) return true;
    const { username, password } = new URL(text);
    return username === '' && password === '';
  }, 'Leave the user name and password out of the address.')
  .transform((text) => {
    const url = new URL(text);
    url.hash = '';
    return url.href;
  });

/** `url` null: alerts are posted nowhere. `seen`: the version that its author had on screen. */
export const WebhookSet = z.strictObject({ op: Op, seen: Version, url: WebhookUrl.nullable() });
/** Action on the webhook that takes no input: rotating the secret, a test. */
export const WebhookAction = z.strictObject({ op: Op });

import type { PermissionId } from '../access/catalogue/permission-ids';
import { MOST_KEY_DAYS } from '../applications/keys';
import type { CapLimit, PlatformCaps } from '../quotas/caps';

/** The settings of an installation, in sections that are read and written apart (SET-1). */
export type Settings = {
  caps: PlatformCaps;
  sending: SendingSettings;
  alerts: AlertSettings;
  twoFactor: { required: boolean; from: string | null };
  /** Minimum length in characters; the shorter one for those of whom a second factor is asked. */
  passwords: { minLength: number; minLengthWith2fa: number };
  /** `tellSignInAs`: users are told when one of staff signs in as them. */
  sessions: { idleMinutes: number; absoluteHours: number; tellSignInAs: boolean };
  /** Longest life of API keys, in days; it applies to those that exist as well (APP-2). */
  keys: { mostDays: number };
  /** Time for which entries of the log are kept, in days; null: for ever (LOG-7). */
  retention: { days: number | null };
  general: { timeZone: string };
  branding: {
    name: string;
    /** `#rrggbb`; null: as it ships. */
    accent: string | null;
    /** A `data:` address of a PNG, JPEG or WebP; null: the mark that ships. */
    logo: string | null;
  };
  mail: MailSettings;
};

export type SendingSettings = {
  /** Caps of everybody together (QUO-1). */
  totalHourly: CapLimit;
  totalDaily: CapLimit;
  totalMonthly: CapLimit;
  /** Spreads the hourly rate evenly; it only ever delays (QUO-3). */
  smooth: boolean;
  /** Caps that are watched alone: they count, say what they would have refused, and refuse nothing (QUO-10). */
  watchHourly: boolean;
  watchDaily: boolean;
  watchMonthly: boolean;
  watchThreads: boolean;
  /** The same of what everybody together may send, all of it. */
  watchTotal: boolean;
  /** Answer to a mail server about a login that nobody has. */
  unknownSenders: 'refuse' | 'pass';
  /** Behaviour meant for mail servers while Rolecall cannot be reached: decides which lines are shown for them. */
  unreachable: 'closed' | 'open';
};

/** Shares of a cap at which people are told, in percent; they are always told of all of it (QUO-9). */
export type AlertSettings = { first: number; second: number };

export type MailSettings = {
  /** Empty: mail is not set up. */
  host: string;
  port: number;
  /** `tls` from the first byte, `starttls` before anything is said, or `none` for a server on this machine. */
  security: 'tls' | 'starttls' | 'none';
  user: string;
  from: string;
  /** True if a password is stored; it is never told. */
  passwordSet: boolean;
};

/**
 * The fields that decide where mail goes, and who can read it on its way or when it comes back: a bounce, with all
 * that was in the mail, goes to `from`.
 */
export const MAIL_FIELDS = ['host', 'port', 'security', 'user', 'from', 'password'] as const;

export type MailField = (typeof MAIL_FIELDS)[number];

export type SettingsSection = keyof Settings;

/** Settings that an installation begins with. */
export const SHIPPED_SETTINGS: Settings = {
  caps: { hourly: 'unlimited', daily: 'unlimited', monthly: 'unlimited', threads: 'unlimited' },
  sending: {
    ...{ totalHourly: 'unlimited', totalDaily: 'unlimited', totalMonthly: 'unlimited', smooth: false },
    ...{ watchHourly: false, watchDaily: false, watchMonthly: false, watchThreads: false },
    watchTotal: false,
    ...{ unknownSenders: 'refuse', unreachable: 'closed' }
  },
  alerts: { first: 80, second: 90 },
  twoFactor: { required: false, from: null },
  passwords: { minLength: 15, minLengthWith2fa: 10 },
  sessions: { idleMinutes: 60, absoluteHours: 12, tellSignInAs: true },
  keys: { mostDays: MOST_KEY_DAYS },
  retention: { days: 400 },
  general: { timeZone: 'UTC' },
  branding: { name: 'Rolecall', accent: null, logo: null },
  mail: { host: '', port: 465, security: 'tls', user: '', from: '', passwordSet: false }
};

export const SETTINGS_SECTIONS = Object.keys(SHIPPED_SETTINGS) as SettingsSection[];

/** Sections whose fields mean something together alone: when one of them is refused, none is changed. */
export const WHOLE_SECTIONS: ReadonlySet<SettingsSection> = new Set([
  'alerts',
  'twoFactor',
  'passwords',
  'mail'
]);

/** Permission that a person must hold to change a section. */
export const SECTION_PERMISSION: Record<SettingsSection, PermissionId> = {
  caps: 'quotas.platform_quota.set',
  sending: 'quotas.platform_quota.set',
  alerts: 'quotas.ledger.manage_alerts',
  twoFactor: 'settings.security_policy.edit_2fa_policy',
  passwords: 'settings.security_policy.edit_password_policy',
  sessions: 'settings.security_policy.edit_session_policy',
  keys: 'settings.security_policy.edit_session_policy',
  retention: 'settings.security_policy.edit_retention',
  general: 'settings.application.edit_general',
  branding: 'settings.application.edit_branding',
  mail: 'settings.application.edit_mail'
};

/** Permission that a person must hold to see a section. */
export const SECTION_READ_PERMISSION: Record<SettingsSection, PermissionId> = {
  caps: 'quotas.platform_quota.view',
  sending: 'quotas.platform_quota.view',
  alerts: 'quotas.platform_quota.view',
  twoFactor: 'settings.security_policy.view',
  passwords: 'settings.security_policy.view',
  sessions: 'settings.security_policy.view',
  keys: 'settings.security_policy.view',
  retention: 'settings.security_policy.view',
  general: 'settings.application.view',
  branding: 'settings.application.view',
  mail: 'settings.application.view'
};

import { accentProblem } from '$lib/core/settings/accent';
import { brandNameProblem } from '$lib/core/settings/brand-name';
import { CAPS, type CapId } from '$lib/core/quotas/caps';
import { emailProblem } from '$lib/core/administrators/email';
import { tidyText } from '$lib/core/text/names';
import { typedNumber } from '$lib/core/text/whole-number';
import { isTimeZone, SETTINGS_LIMITS } from '$lib/core/settings/settings-limits';
import type { CapLimit } from '$lib/core/quotas/caps';
import type { MailSettings, SendingSettings, Settings, SettingsSection } from '$lib/core/settings/settings';
import { counted } from '$lib/ui/counted';

/** Value that a field stands for, or the problem for which it cannot be read. */
export type FieldReading = { value: unknown } | { problem: string };

/**
 * Form of a section: how its values become a draft, and how each field is read back. Fields have the names that the
 * server knows.
 */
export type SectionShape<S extends SettingsSection, D extends object> = {
  section: S;
  draftOf: (values: Settings[S]) => D;
  read: { [F in keyof D]: (entry: D[F], draft: D) => FieldReading };
};

/** A limit as a form holds it. `text` stays while it is switched off, and counts for nothing then. */
export type LimitEntry = { unlimited: boolean; text: string };

/** True if two entries of a field say the same. */
export function sameEntry(a: unknown, b: unknown): boolean {
  const written = (entry: unknown) => JSON.stringify(isUnlimited(entry) ? UNLIMITED : entry);
  return written(a) === written(b);
}

const UNLIMITED: LimitEntry = { unlimited: true, text: '' };

function isUnlimited(entry: unknown): boolean {
  return typeof entry === 'object' && entry !== null && 'unlimited' in entry && entry.unlimited === true;
}

const text = (value: unknown): FieldReading => ({ value });
const problem = (words: string): FieldReading => ({ problem: words });

function whole(entry: string, { least, most }: { least: number; most: number }): FieldReading {
  const value = typedNumber(entry);
  return value !== null && value >= least && value <= most
    ? { value }
    : problem(`Enter a whole number from ${counted(least)} to ${counted(most)}.`);
}

const cap = ({ unlimited, text: typed }: LimitEntry): FieldReading =>
  unlimited ? { value: 'unlimited' } : whole(typed, SETTINGS_LIMITS.cap);

const limitEntry = (cap: CapLimit): LimitEntry => ({
  unlimited: cap === 'unlimited',
  text: cap === 'unlimited' ? '' : counted(cap)
});

export type CapsDraft = Record<CapId, LimitEntry>;

export const CAPS_SHAPE: SectionShape<'caps', CapsDraft> = {
  section: 'caps',
  draftOf: (caps) => Object.fromEntries(CAPS.map(({ id }) => [id, limitEntry(caps[id])])) as CapsDraft,
  read: { hourly: cap, daily: cap, monthly: cap, threads: cap }
};

export type SendingDraft = Omit<SendingSettings, 'totalHourly' | 'totalDaily' | 'totalMonthly'> &
  Record<'totalHourly' | 'totalDaily' | 'totalMonthly', LimitEntry>;

export const SENDING_SHAPE: SectionShape<'sending', SendingDraft> = {
  section: 'sending',
  draftOf: ({ totalHourly, totalDaily, totalMonthly, ...rest }) => ({
    ...rest,
    totalHourly: limitEntry(totalHourly),
    totalDaily: limitEntry(totalDaily),
    totalMonthly: limitEntry(totalMonthly)
  }),
  read: {
    ...{ totalHourly: cap, totalDaily: cap, totalMonthly: cap, smooth: text },
    ...{ watchHourly: text, watchDaily: text, watchMonthly: text, watchThreads: text, watchTotal: text },
    ...{ unknownSenders: text, unreachable: text }
  }
};

export type AlertsDraft = { first: string; second: string };

export const ALERTS_SHAPE: SectionShape<'alerts', AlertsDraft> = {
  section: 'alerts',
  draftOf: ({ first, second }) => ({ first: String(first), second: String(second) }),
  read: {
    first: (entry) => whole(entry, SETTINGS_LIMITS.alert),
    second: (entry) => whole(entry, SETTINGS_LIMITS.alert)
  }
};

/** `from`: null is at once, else a local date and time as browsers edit it; empty while none is chosen. */
export type TwoFactorDraft = { required: boolean; from: string | null };

export const TWO_FACTOR_SHAPE: SectionShape<'twoFactor', TwoFactorDraft> = {
  section: 'twoFactor',
  draftOf: ({ required, from }) => ({ required, from: from === null ? null : localMoment(from) }),
  read: {
    required: text,
    from: (from, { required }) => {
      if (!required || from === null) return { value: null };
      const moment = new Date(from);
      return Number.isNaN(moment.getTime()) ? problem('Choose a date.') : { value: moment.toISOString() };
    }
  }
};

export type PasswordsDraft = { minLength: string; minLengthWith2fa: string };

export const PASSWORDS_SHAPE: SectionShape<'passwords', PasswordsDraft> = {
  section: 'passwords',
  draftOf: ({ minLength, minLengthWith2fa }) => ({
    minLength: String(minLength),
    minLengthWith2fa: String(minLengthWith2fa)
  }),
  read: {
    minLength: (entry) => whole(entry, SETTINGS_LIMITS.minLength),
    minLengthWith2fa: (entry) => whole(entry, SETTINGS_LIMITS.minLengthWith2fa)
  }
};

export type SessionsDraft = { idleMinutes: string; absoluteHours: string; tellSignInAs: boolean };

export const SESSIONS_SHAPE: SectionShape<'sessions', SessionsDraft> = {
  section: 'sessions',
  draftOf: ({ idleMinutes, absoluteHours, tellSignInAs }) => ({
    tellSignInAs,
    idleMinutes: String(idleMinutes),
    absoluteHours: String(absoluteHours)
  }),
  read: {
    idleMinutes: (entry) => whole(entry, SETTINGS_LIMITS.idleMinutes),
    absoluteHours: (entry) => whole(entry, SETTINGS_LIMITS.absoluteHours),
    tellSignInAs: (entry) => ({ value: entry })
  }
};

export type KeysDraft = { mostDays: string };

export const KEYS_SHAPE: SectionShape<'keys', KeysDraft> = {
  section: 'keys',
  draftOf: ({ mostDays }) => ({ mostDays: String(mostDays) }),
  read: { mostDays: (entry) => whole(entry, SETTINGS_LIMITS.keyDays) }
};

export type RetentionDraft = { days: LimitEntry };

export const RETENTION_SHAPE: SectionShape<'retention', RetentionDraft> = {
  section: 'retention',
  draftOf: ({ days }) => ({ days: { unlimited: days === null, text: days === null ? '' : String(days) } }),
  read: {
    days: (entry) => (entry.unlimited ? { value: null } : whole(entry.text, SETTINGS_LIMITS.retentionDays))
  }
};

export type GeneralDraft = { timeZone: string };

export const GENERAL_SHAPE: SectionShape<'general', GeneralDraft> = {
  section: 'general',
  draftOf: ({ timeZone }) => ({ timeZone }),
  read: {
    timeZone: (entry) => {
      const name = entry.trim();
      return isTimeZone(name)
        ? { value: name }
        : problem('No time zone has this name. Choose one from the list.');
    }
  }
};

export type BrandingDraft = { name: string; accent: string | null; logo: string | null };

export const BRANDING_SHAPE: SectionShape<'branding', BrandingDraft> = {
  section: 'branding',
  draftOf: ({ name, accent, logo }) => ({ name, accent, logo }),
  read: {
    name: (entry) => {
      const name = tidyText(entry);
      const words = brandNameProblem(name);
      return words === null ? { value: name } : problem(words);
    },
    accent: (accent) => {
      const words = accent === null ? null : accentProblem(accent);
      return words === null ? { value: accent?.toLowerCase() ?? null } : problem(words);
    },
    // Judged when it was chosen.
    logo: text
  }
};

/** `password`: empty leaves the stored one, null takes it away. */
export type MailDraft = {
  host: string;
  port: string;
  security: MailSettings['security'];
  user: string;
  from: string;
  password: string | null;
};

export const MAIL_SHAPE: SectionShape<'mail', MailDraft> = {
  section: 'mail',
  draftOf: ({ host, port, security, user, from }) => ({
    ...{ host, port: String(port), security, user, from },
    password: ''
  }),
  read: {
    host: (entry) => ({ value: entry.trim() }),
    port: (entry) => whole(entry, SETTINGS_LIMITS.port),
    security: text,
    user: (entry) => ({ value: entry.trim() }),
    from: (entry, { host }) => {
      const address = entry.trim();
      if (address === '')
        return host.trim() === '' ? { value: '' } : problem('Enter the address that mail is sent from.');
      const words = emailProblem(address);
      return words === null ? { value: address } : problem(words);
    },
    password: text
  }
};

/** `2026-11-22T14:05` of an ISO time, where this device is. */
function localMoment(iso: string): string {
  const moment = new Date(iso);
  const shifted = new Date(moment.getTime() - moment.getTimezoneOffset() * 60_000);
  return shifted.toISOString().slice(0, 16);
}

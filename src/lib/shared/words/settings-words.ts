import type { SettingsSection } from '$lib/core/settings/settings';

/** A section as the page names it. */
export type SectionWords = { section: SettingsSection; title: string; text: string };

/** The sections in the order of the page. */
export const SECTION_WORDS: readonly SectionWords[] = [
  {
    section: 'branding',
    title: 'Name and look',
    text: 'The name and look of this installation, here and on the sign-in page.'
  },
  {
    section: 'general',
    title: 'Time zone',
    text: 'For times in mail and exports. On screen, everyone sees times in their device’s time zone.'
  },
  {
    section: 'caps',
    title: 'Platform caps',
    text: 'The most anyone can send. An administrator can have less, never more: the lowest cap applies.'
  },
  {
    section: 'twoFactor',
    title: 'Two-factor sign-in',
    text: 'Applies to everyone, in addition to requirements of roles and accounts.'
  },
  {
    section: 'passwords',
    title: 'Passwords',
    text: 'How long new passwords must be. Existing passwords are not affected.'
  },
  {
    section: 'sessions',
    title: 'Sessions',
    text: 'When people are signed out automatically. Open sessions keep their current limits.'
  },
  {
    section: 'keys',
    title: 'API keys',
    text: 'How long API keys work. Lowering it also shortens the keys that exist; raising it lengthens none.'
  },
  {
    section: 'retention',
    title: 'Log retention',
    text: 'How long log entries are kept. The log stays verifiable after old entries are removed.'
  },
  {
    section: 'mail',
    title: 'Mail',
    text: 'The server that sends invitations and notices. Without one, invitation links are shown once to copy.'
  }
];

const FIELDS: Record<string, string> = {
  hourly: 'Hourly rate',
  daily: 'Daily limit',
  monthly: 'Monthly limit',
  threads: 'Maximum threads',
  required: 'Requirement',
  from: 'From',
  minLength: 'Minimum length',
  minLengthWith2fa: 'Minimum length with a second factor',
  idleMinutes: 'Idle timeout',
  absoluteHours: 'Maximum session length',
  mostDays: 'Maximum life',
  days: 'Kept for',
  timeZone: 'Time zone',
  name: 'Name',
  accent: 'Accent',
  logo: 'Logo',
  host: 'Host',
  port: 'Port',
  security: 'Encryption',
  user: 'User',
  password: 'Password'
};

/** A field as its label says it: "Minimum length". */
export function settingLabel(field: string): string {
  return FIELDS[field] ?? field;
}

/** A setting as people read it. */
export function settingValue(field: string, value: unknown): string {
  if (field === 'mostDays') return `${String(value)} days`;
  if (field === 'days') return value === null ? 'Forever' : `${String(value)} days`;
  if (field === 'logo') return value === null ? 'None' : 'Image';
  if (value === null) return field === 'from' ? 'Immediately' : 'Default';
  if (value === 'unlimited') return 'Unlimited';
  if (typeof value === 'boolean') return value ? 'On' : 'Off';
  if (typeof value === 'number') return value.toLocaleString();
  if (field === 'from' && !Number.isNaN(Date.parse(String(value))))
    return new Date(String(value)).toLocaleString();
  return value === '' ? 'Empty' : String(value);
}

import type { SettingsSection } from '$lib/core/settings/settings';

/** A section as the page names it. */
export type SectionWords = { section: SettingsSection; title: string; text: string };

/** The sections in the order of the page. */
export const SECTION_WORDS: readonly SectionWords[] = [
  {
    section: 'branding',
    title: 'Name and look',
    text: 'What this installation is called and how it looks, here and on the sign-in page.'
  },
  {
    section: 'general',
    title: 'Time zone',
    text: 'For times in mail and exports. On screen everybody sees the times of their own device.'
  },
  {
    section: 'caps',
    title: 'Platform caps',
    text: 'How much anybody sends at most. An administrator may have less, never more: the smallest cap wins.'
  },
  {
    section: 'twoFactor',
    title: 'Two-factor sign-in',
    text: 'Asked of everybody, besides what a role or an administrator asks for.'
  },
  {
    section: 'passwords',
    title: 'Passwords',
    text: 'How long a new password must be. Passwords in use stay as they are.'
  },
  {
    section: 'sessions',
    title: 'Sessions',
    text: 'When people are signed out by themselves. Sessions that are open keep their end.'
  },
  {
    section: 'retention',
    title: 'Log retention',
    text: 'How long entries of the log are kept. Removing old ones leaves its chain verifiable.'
  },
  {
    section: 'mail',
    title: 'Mail',
    text: 'The server that carries invitations and notices. Without one, invitations are shown once to copy.'
  }
];

const FIELDS: Record<string, string> = {
  hourly: 'Hourly rate',
  daily: 'Daily limit',
  monthly: 'Monthly limit',
  threads: 'Maximum threads',
  required: 'Requirement',
  from: 'From',
  minLength: 'Least length',
  minLengthWith2fa: 'Least length with a second factor',
  idleMinutes: 'Without activity',
  absoluteHours: 'At the latest',
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

/** A field as its label says it: "Least length". */
export function settingLabel(field: string): string {
  return FIELDS[field] ?? field;
}

/** A setting as people read it. */
export function settingValue(field: string, value: unknown): string {
  if (field === 'days') return value === null ? 'For ever' : `${String(value)} days`;
  if (field === 'logo') return value === null ? 'None' : 'A picture';
  if (value === null) return field === 'from' ? 'At once' : 'As it ships';
  if (value === 'unlimited') return 'Unlimited';
  if (typeof value === 'boolean') return value ? 'On' : 'Off';
  if (typeof value === 'number') return value.toLocaleString();
  if (field === 'from' && !Number.isNaN(Date.parse(String(value))))
    return new Date(String(value)).toLocaleString();
  return value === '' ? 'Empty' : String(value);
}

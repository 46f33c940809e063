import type { SettingsSection } from '$lib/core/settings/settings';
import { counted } from '$lib/ui/counted';

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
    text: 'For times in mail, and when the days and months of caps begin. Exports are in UTC; on screen, everyone sees times in their device’s time zone.'
  },
  {
    section: 'caps',
    title: 'Platform caps',
    text: 'The most anyone can send. An administrator can have less, never more: the lowest cap applies.'
  },
  {
    section: 'sending',
    title: 'Sending',
    text: 'How caps are enforced where mail leaves, and what everyone together can send.'
  },
  {
    section: 'alerts',
    title: 'Cap alerts',
    text: 'When a sender has used this much of a cap, they and everyone who can raise it are told, once per hour, day or month. At 100 % always.'
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

/** A setting as people read it. */
export function settingValue(field: string, value: unknown): string {
  if (field === 'mostDays') return `${String(value)} days`;
  if (field === 'days') return value === null ? 'Forever' : `${String(value)} days`;
  if (field === 'first' || field === 'second') return `${String(value)} %`;
  if (field === 'unknownSenders') return value === 'pass' ? 'Let through' : 'Refuse';
  if (field === 'unreachable') return value === 'open' ? 'Mail is sent uncounted' : 'Mail waits';
  if (field === 'logo') return value === null ? 'None' : 'Image';
  if (value === null) return field === 'from' ? 'Immediately' : 'Default';
  if (value === 'unlimited') return 'Unlimited';
  if (typeof value === 'boolean') return value ? 'On' : 'Off';
  if (typeof value === 'number') return counted(value);
  if (field === 'from' && !Number.isNaN(Date.parse(String(value))))
    return new Date(String(value)).toLocaleString();
  return value === '' ? 'Empty' : String(value);
}

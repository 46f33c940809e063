import { lowerFirst, wordOf } from './phrases';

/** The name of every field that entries of the log speak of, as a label. */
const FIELDS: Record<string, string> = {
  name: 'Name',
  email: 'Email',
  description: 'Description',
  roleId: 'Role',
  permissions: 'Permissions',
  require2fa: 'Requires two-factor sign-in',
  require2faFrom: 'Two-factor sign-in from',
  twoFactor: 'Two-factor sign-in',
  status: 'Status',
  sessions: 'Sessions',
  sessionsEnded: 'Sessions ended',
  activation: 'First sign-in',
  factor: 'Verified with',
  procedure: 'Attempted',
  missing: 'Missing permissions',
  owner: 'Owner',
  until: 'Until',
  version: 'Version',
  reassignedTo: 'Members moved to',
  people: 'People',
  ipAllowlist: 'Allowed addresses',
  allowlist: 'Allowed addresses',
  stewardId: 'Steward',
  stewardGone: 'Applications without a steward',
  stewardBack: 'Applications with a steward again',
  perMinute: 'Calls per minute',
  applications: 'Applications moved',
  keysRevoked: 'Keys revoked',
  expiresAt: 'Expires',
  retiresAt: 'Old key works until',
  key: 'Key',
  tries: 'Attempts',
  times: 'Times',
  addresses: 'Addresses',
  entries: 'Entries',
  format: 'Format',
  note: 'Note',
  label: 'Change of',
  'caps.hourly': 'Hourly rate',
  'caps.daily': 'Daily limit',
  'caps.monthly': 'Monthly limit',
  'caps.threads': 'Maximum threads',
  'twoFactor.required': 'Two-factor sign-in for everyone',
  'twoFactor.from': 'Two-factor sign-in from',
  'passwords.minLength': 'Minimum password length',
  'passwords.minLengthWith2fa': 'Minimum password length with two-factor sign-in',
  'sessions.idleMinutes': 'Idle timeout',
  'sessions.absoluteHours': 'Maximum session length',
  'retention.days': 'Log retention',
  'general.timeZone': 'Time zone',
  'branding.name': 'Name of the installation',
  'branding.accent': 'Accent colour',
  'branding.logo': 'Logo',
  'mail.host': 'Mail host',
  'mail.port': 'Mail port',
  'mail.security': 'Mail encryption',
  'mail.user': 'Mail user name',
  'mail.from': 'Mail sender',
  'mail.password': 'Mail password',
  'mail.answeredFor': 'Mail server confirmed by'
};

/** The label of a field; one that has none by its path. */
export function fieldName(path: string): string {
  return wordOf(FIELDS, path) ?? path;
}

/** The name of a field inside a sentence: "daily limit". */
export function fieldWord(path: string): string {
  return lowerFirst(fieldName(path));
}

/**
 * Labels of every setting, by section and field: `form` under the title of its section, `alone` where nothing says
 * of what section it is, as in the log; absent: the same.
 */
export const SETTING_LABELS: Record<string, { form: string; alone?: string }> = {
  'branding.name': { form: 'Name', alone: 'Name of the installation' },
  'branding.accent': { form: 'Accent', alone: 'Accent colour' },
  'branding.logo': { form: 'Logo' },
  'general.timeZone': { form: 'Time zone' },
  'caps.hourly': { form: 'Hourly rate' },
  'caps.daily': { form: 'Daily limit' },
  'caps.monthly': { form: 'Monthly limit' },
  'caps.threads': { form: 'Maximum threads' },
  'sending.totalHourly': { form: 'Hourly rate of everyone', alone: 'Hourly rate of everyone together' },
  'sending.totalDaily': { form: 'Daily limit of everyone', alone: 'Daily limit of everyone together' },
  'sending.totalMonthly': { form: 'Monthly limit of everyone', alone: 'Monthly limit of everyone together' },
  'sending.smooth': { form: 'Smooth sending' },
  'sending.watchHourly': { form: 'Watch the hourly rate only', alone: 'Hourly rate watched only' },
  'sending.watchDaily': { form: 'Watch the daily limit only', alone: 'Daily limit watched only' },
  'sending.watchMonthly': { form: 'Watch the monthly limit only', alone: 'Monthly limit watched only' },
  'sending.watchThreads': { form: 'Watch maximum threads only', alone: 'Maximum threads watched only' },
  'sending.watchTotal': {
    form: 'Watch the limits of everyone only',
    alone: 'Limits of everyone together watched only'
  },
  'sending.unknownSenders': { form: 'Unknown senders' },
  'sending.unreachable': {
    form: 'While Rolecall is unreachable',
    alone: 'Sending while Rolecall is unreachable'
  },
  'alerts.first': { form: 'First alert' },
  'alerts.second': { form: 'Second alert' },
  'twoFactor.required': { form: 'Requirement', alone: 'Two-factor sign-in for everyone' },
  'twoFactor.from': { form: 'From', alone: 'Two-factor sign-in from' },
  'passwords.minLength': { form: 'Minimum length', alone: 'Minimum password length' },
  'passwords.minLengthWith2fa': {
    form: 'Minimum length with a second factor',
    alone: 'Minimum password length with two-factor sign-in'
  },
  'sessions.idleMinutes': { form: 'Idle timeout' },
  'sessions.tellSignInAs': {
    form: 'Tell users when someone signs in as them',
    alone: 'Users are told of sign-ins as them'
  },
  'sessions.absoluteHours': { form: 'Maximum session length' },
  'keys.mostDays': { form: 'Maximum life', alone: 'Maximum life of API keys' },
  'retention.days': { form: 'Kept for', alone: 'Log retention' },
  'mail.host': { form: 'Host', alone: 'Mail host' },
  'mail.port': { form: 'Port', alone: 'Mail port' },
  'mail.security': { form: 'Encryption', alone: 'Mail encryption' },
  'mail.user': { form: 'User', alone: 'Mail user name' },
  'mail.from': { form: 'From', alone: 'Mail sender' },
  'mail.password': { form: 'Password', alone: 'Mail password' }
};

const FORM_LABELS = new Map(
  Object.entries(SETTING_LABELS).map(([path, { form }]) => [path.split('.')[1]!, form])
);

/** Labels of settings where they stand alone, by path: "Minimum password length". */
export const LABELS_ALONE: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(SETTING_LABELS).map(([path, { form, alone = form }]) => [path, alone])
);

/** Label of a setting on its form: "Minimum length"; a field that has none by its name. */
export function settingLabel(field: string): string {
  return FORM_LABELS.get(field) ?? field;
}

/** Notices that a person gets, on screen and by mail where that is set up (OWN-3, SECURITY A-17). */
export const NOTICES = {
  'first-steps': 'screen',
  'password-reset': 'both',
  'password-changed': 'both',
  'two-factor-enabled': 'both',
  'two-factor-disabled': 'both',
  'two-factor-reset': 'both',
  'two-factor-required': 'both',
  'recovery-code-used': 'both',
  'signed-in-as': 'both',
  'role-changed': 'both',
  'email-changed': 'both',
  'sessions-revoked': 'screen',
  suspended: 'mail',
  reactivated: 'both',
  deactivated: 'mail',
  'new-device': 'both',
  'sign-in-after-failures': 'both',
  'many-sign-ins': 'both',
  'key-made': 'both',
  'key-revoked': 'both',
  'key-leaked': 'both',
  'application-key-made': 'both',
  'ownership-offered': 'both',
  'ownership-accepted': 'both',
  'ownership-declined': 'both',
  'ownership-withdrawn': 'both',
  'ownership-expired': 'both',
  'security-settings-changed': 'both',
  rescue: 'both',
  'mail-server-changed': 'both',
  'activation-void': 'both',
  'log-inconsistent': 'both',
  'handover-received': 'both',
  'handover-applied': 'both',
  'handover-declined': 'both',
  'cap-near': 'both',
  'cap-near-of': 'both',
  'webhook-given-up': 'both',
  invitation: 'mail',
  instructions: 'mail'
} as const satisfies Record<string, 'screen' | 'mail' | 'both'>;

export type NoticeKind = keyof typeof NOTICES;

/** Details of a notice: names, addresses and times, never a secret. */
export type NoticeData = Record<string, string | null>;

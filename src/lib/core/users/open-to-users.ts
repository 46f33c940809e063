/**
 * Procedures that a user may call, by their paths (TEN-3): its own sign-in and account, and what is its own.
 * Everything else is staff's alone and, for a user, is not there. `closing`: also while the account is being
 * closed, when a user may read, export, and guard the account itself, and nothing else (TEN-7).
 */
export const OPEN_TO_USERS = {
  'setup.status': 'closing',
  'auth.signIn': 'closing',
  'auth.totp': 'closing',
  'auth.changePassword': 'closing',
  'auth.beginTotp': 'closing',
  'auth.confirmTotp': 'closing',
  'auth.disableTotp': 'closing',
  'auth.renewRecoveryCodes': 'closing',
  'auth.reauthenticate': 'closing',
  'auth.readInvitation': 'closing',
  'auth.acceptInvitation': 'closing',
  'auth.signOut': 'closing',
  'me.get': 'closing',
  'me.active': 'closing',
  'me.sessions': 'closing',
  'me.revokeSessions': 'closing',
  'me.dismissNotice': 'closing',
  'me.update': 'active',
  'me.setAllowlist': 'active',
  'keys.list': 'closing',
  'keys.create': 'active',
  'keys.revoke': 'closing',
  'catalogue.get': 'closing',
  'own.usage': 'closing',
  'own.history': 'closing',
  'own.log': 'closing'
} as const satisfies Record<string, 'active' | 'closing'>;

/** True if a procedure is there for users at all. */
export function isOpenToUsers(procedure: string): boolean {
  return Object.hasOwn(OPEN_TO_USERS, procedure);
}

/** True if a procedure is there for a user whose account is being closed. */
export function isOpenWhileClosing(procedure: string): boolean {
  const open: Readonly<Record<string, string>> = OPEN_TO_USERS;
  return Object.hasOwn(open, procedure) && open[procedure] === 'closing';
}

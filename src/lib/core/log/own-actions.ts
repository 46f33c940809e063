import type { AuditAction } from './actions';

/**
 * Actions that a user's own log tells of (TEN-5): its own sign-ins and sessions, and what was done to its account.
 * Nothing of it names another user: what would is left out, and so is whatever a later version adds until it is
 * listed here.
 */
export const OWN_ACTIONS: readonly AuditAction[] = [
  'auth.sign_in',
  'auth.sign_in_failed',
  'auth.sign_out',
  'auth.password_accepted',
  'auth.second_factor_failed',
  'auth.reauthenticated',
  'auth.reauthentication_failed',
  'auth.password_changed',
  'auth.two_factor_begun',
  'auth.two_factor_enabled',
  'auth.two_factor_disabled',
  'auth.recovery_codes_made',
  'auth.invitation_accepted',
  'auth.invitation_refused',
  'auth.allowlist_changed',
  'session.expired',
  'session.revoked',
  'user.created',
  'user.updated',
  'user.suspended',
  'user.reactivated',
  'user.closing',
  'user.sending_name_added',
  'user.sending_name_removed',
  'user.invited',
  'user.password_reset',
  'user.two_factor_required',
  'user.two_factor_reset',
  'user.sessions_revoked',
  'user.unlocked',
  'user.signed_in_as',
  'user.sign_in_as_ended',
  'api_key.created',
  'api_key.revoked',
  'caps.paused',
  'caps.resumed',
  'caps.raised',
  'caps.raise_ended',
  'caps.counter_reset',
  'caps.threshold_reached'
];

/** Step that somebody with a session must take before anything else; `ready`: none (ADM-5, AUT-1). */
export type SignInStep = 'totp' | 'change-password' | 'enrol-2fa' | 'ready';

/**
 * The next step, in the order of the rules. Whoever has a second factor proves it first: a reset password alone
 * must not be enough to set a new one.
 */
export function signInStep(person: {
  activated: boolean;
  twoFactor: boolean;
  twoFactorRequired: boolean;
  aal: 1 | 2;
}): SignInStep {
  if (person.twoFactor && person.aal < 2) return 'totp';
  if (!person.activated) return 'change-password';
  if (person.twoFactorRequired && !person.twoFactor) return 'enrol-2fa';
  return 'ready';
}

import type { SignInFlow } from './sign-in-flow.svelte';

/** The heading of a step of the sign-in, and the sentence under it. */
export type StepWords = { title: string; lead: string };

export function stepWords({ place, withRecoveryCode }: SignInFlow): StepWords {
  switch (place) {
    case 'looking':
    case 'ready':
    case 'password':
      return { title: 'Sign in', lead: 'Use your own account. Do not share your login.' };
    case 'totp':
      return withRecoveryCode
        ? { title: 'Use a recovery code', lead: 'One of the ten you saved. Each works once.' }
        : { title: 'Enter your code', lead: 'The six digits shown in your authenticator app.' };
    case 'change-password':
      return {
        title: 'Choose your password',
        lead: 'Someone else knows the password you signed in with. Choose one that only you know.'
      };
    case 'enrol-2fa':
      return {
        title: 'Set up your second factor',
        lead: 'Your account requires a code from your phone in addition to your password.'
      };
    case 'recovery-codes':
      return {
        title: 'Save your recovery codes',
        lead: 'Each signs you in once if you don’t have your phone. They are shown only once.'
      };
  }
}

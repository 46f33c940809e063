import type { SignInFlow } from './sign-in-flow.svelte';

/** The heading of a step of the sign-in, and the sentence under it. */
export type StepWords = { title: string; lead: string };

export function stepWords({ place, withRecoveryCode }: SignInFlow): StepWords {
  switch (place) {
    case 'looking':
    case 'ready':
    case 'password':
      return { title: 'Sign in', lead: 'Staff accounts only. Nobody shares a login.' };
    case 'totp':
      return withRecoveryCode
        ? { title: 'Use a recovery code', lead: 'One of the ten you kept. Each works once.' }
        : { title: 'Enter your code', lead: 'The six digits that your authenticator app shows now.' };
    case 'change-password':
      return {
        title: 'Choose your password',
        lead: 'Somebody else knows the one you came in with. From here on only you know yours.'
      };
    case 'enrol-2fa':
      return {
        title: 'Set up your second factor',
        lead: 'Your account asks for a code from your phone beside the password.'
      };
    case 'recovery-codes':
      return {
        title: 'Keep your recovery codes',
        lead: 'Without your phone, each of them gets you in once. They are shown only now.'
      };
  }
}

import type { EntryDoc } from '../../../db/log/audit-schema';
import { upperFirst } from '../../../../core/wording/phrases';
import { endingWords, factorWords, failureWords, invitationWords, refusedTries } from './values';
import { say, type WordingOf } from './wording';

const wrongCode = ({ reason }: EntryDoc) => reason === 'wrong-code';

/** Setting up, signing in and out, and one's own credentials. */
export const SIGN_IN_EVENTS: WordingOf<'setup' | 'auth' | 'session'> = {
  'setup.owner': {
    detail: () => 'Owner and Super Administrator',
    sentence: () => say`set up Rolecall and became its ${'owner'}`
  },
  'setup.denied': {
    detail: () => 'Wrong or expired setup link',
    sentence: () => say`used a wrong or expired ${'setup link'}`
  },
  'auth.sign_in': {
    detail: (doc) => upperFirst(factorWords(doc)),
    sentence: (doc) => say`signed in with ${factorWords(doc) || 'a password'}`
  },
  'auth.sign_in_failed': {
    detail: (doc) => upperFirst(failureWords(doc)),
    sentence: (doc) => say`failed to sign in: ${failureWords(doc)}`
  },
  'auth.tries_refused': {
    detail: refusedTries,
    sentence: (doc) => say`refused ${refusedTries(doc)}`
  },
  'auth.password_accepted': {
    detail: () => 'Code pending',
    sentence: () => say`had their ${'password'} accepted, code pending`
  },
  'auth.second_factor_failed': {
    detail: ({ reason }) => (reason === 'enrolment' ? 'During two-factor setup' : 'At sign-in'),
    sentence: ({ reason }) =>
      reason === 'enrolment'
        ? say`entered a ${'wrong code'} during two-factor setup`
        : say`entered a ${'wrong code'} at sign-in`
  },
  'auth.reauthenticated': { sentence: () => say`confirmed their ${'password'}` },
  'auth.reauthentication_failed': {
    detail: (doc) => (wrongCode(doc) ? 'Wrong code' : 'Wrong password'),
    sentence: (doc) =>
      say`failed to confirm their identity: ${wrongCode(doc) ? 'wrong code' : 'wrong password'}`
  },
  'auth.password_changed': {
    summary: ({ outcome }) => (outcome === 'denied' ? 'Password not changed' : 'Changed password'),
    detail: ({ outcome, reason }) =>
      outcome === 'denied' ? 'Wrong current password' : reason === 'activation' ? 'At first sign-in' : '',
    sentence: ({ outcome, reason }) =>
      outcome === 'denied'
        ? say`could not change their ${'password'}: wrong current password`
        : reason === 'activation'
          ? say`changed their ${'password'} at first sign-in`
          : say`changed their ${'password'}`
  },
  'auth.two_factor_begun': { sentence: () => say`started setting up ${'two-factor sign-in'}` },
  'auth.two_factor_enabled': { sentence: () => say`turned on ${'two-factor sign-in'}` },
  'auth.two_factor_disabled': { sentence: () => say`turned off ${'two-factor sign-in'}` },
  'auth.recovery_codes_made': { sentence: () => say`created new ${'recovery codes'}` },
  'auth.invitation_accepted': { sentence: () => say`accepted their ${'invitation'}` },
  'auth.invitation_refused': {
    detail: (doc) => upperFirst(invitationWords(doc)),
    sentence: (doc) => say`opened an ${'invitation'} that cannot be used: ${invitationWords(doc)}`
  },
  'auth.allowlist_changed': { sentence: () => say`changed their own ${'allowed addresses'}` },
  'auth.sign_out': { sentence: () => say`signed out` },
  'session.expired': { sentence: () => say`was signed out: the ${'session'} expired` },
  'session.revoked': {
    detail: (doc) => upperFirst(endingWords(doc)),
    sentence: (doc) =>
      endingWords(doc) === '' ? say`ended a ${'session'}` : say`ended a ${'session'}: ${endingWords(doc)}`
  }
};

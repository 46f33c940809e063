import {
  offerOwnership,
  requireTwoFactor,
  resetTwoFactor,
  revokeSessions,
  suspend,
  type Command
} from './person-commands';
import type { Outbox } from '$lib/client/outbox/outbox.svelte';
import type { PersonFacts } from '$lib/client/api/person-facts';
import { secretsEndWords } from '$lib/shared/credentials/activation-words';

export type QuestionKind = 'suspend' | 'reset2fa' | 'stop2fa' | 'revokeSessions' | 'offer';

/** Question asked before something is done to an account: its consequences, and the verb on the button. */
export type Question = {
  kind: QuestionKind;
  title: string;
  consequences: readonly string[];
  verb: string;
  danger: boolean;
  /** Message once it is done. */
  done: string;
  run: Command<unknown>;
};

/**
 * Makes one question; asked again after a lost answer, it is the same one. In one piece: a question for each
 * action.
 */
export function question(kind: QuestionKind, person: PersonFacts, outbox: Outbox): Question {
  const { name, twoFactorSources } = person;
  const secretsEnd = secretsEndWords(person.secretsMade);
  switch (kind) {
    case 'suspend':
      return {
        kind,
        title: `Suspend ${name}?`,
        consequences: [
          'Their sessions end immediately on every device.',
          'They can’t sign in until someone reactivates them. Nothing is deleted.',
          ...(secretsEnd === null ? [] : [secretsEnd])
        ],
        verb: 'Suspend',
        danger: true,
        done: `${name} is suspended`,
        run: suspend(outbox, person)
      };
    case 'reset2fa':
      return {
        kind,
        title: `Reset 2FA for ${name}?`,
        consequences: [
          'Their authenticator, recovery codes and personal API keys stop working, and their sessions end immediately.',
          twoFactorSources.length > 0
            ? 'They must set up a new one at their next sign-in.'
            : 'Until they set up a new one, their password alone is enough to sign in.'
        ],
        verb: 'Reset 2FA',
        danger: true,
        done: `${name} no longer has a second factor`,
        run: resetTwoFactor(outbox, person)
      };
    case 'stop2fa':
      return {
        kind,
        title: `Stop requiring 2FA for ${name}?`,
        consequences: [
          'A second factor they have set up stays on until they turn it off.',
          'Requirements from the platform or their role still apply.'
        ],
        verb: 'Stop requiring',
        danger: false,
        done: `2FA is no longer required for ${name}`,
        run: requireTwoFactor(outbox, person, false)
      };
    case 'revokeSessions':
      return {
        kind,
        title: `Sign ${name} out everywhere?`,
        consequences: [
          'All their sessions end immediately. They can sign in again.',
          'Their personal API keys stop working, for good.'
        ],
        verb: 'Sign out everywhere',
        danger: true,
        done: `${name} is signed out everywhere`,
        run: revokeSessions(outbox, person)
      };
    case 'offer':
      return {
        kind,
        title: `Offer ownership to ${name}?`,
        consequences: [
          'They have 72 hours to accept. Until then nothing changes, and you can withdraw the offer.',
          'Once they accept, they are the owner: no one, including you, can change or remove them.',
          'You stay Super Administrator. Only they can return ownership.'
        ],
        verb: 'Offer ownership',
        danger: true,
        done: `Ownership offered to ${name}`,
        run: offerOwnership(outbox, person)
      };
  }
}

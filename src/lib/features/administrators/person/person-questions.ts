import {
  offerOwnership,
  requireTwoFactor,
  resetTwoFactor,
  revokeSessions,
  suspend,
  unlock,
  type Command
} from './person-commands';
import type { Outbox } from '$lib/client/outbox/outbox.svelte';
import type { PersonFacts } from '$lib/client/api/person-facts';
import { secretsEndWords } from '$lib/shared/credentials/activation-words';
import {
  CREDENTIAL_QUESTIONS,
  type CredentialQuestion,
  type QuestionWords
} from '$lib/shared/credentials/credential-questions';

export type QuestionKind = 'suspend' | 'offer' | CredentialQuestion;

/** Question asked before something is done to an account: its consequences, and the verb on the button. */
export type Question = QuestionWords & { kind: QuestionKind; run: Command<unknown> };

/** Makes one question; asked again after a lost answer, it is the same one. */
export function question(kind: QuestionKind, person: PersonFacts, outbox: Outbox): Question {
  const { name, twoFactorSources } = person;
  const about = { name, required: twoFactorSources.length > 0, keys: 'personal API keys' };
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
    case 'unlock':
      return { kind, ...CREDENTIAL_QUESTIONS.unlock(about), run: unlock(outbox, person) };
    case 'reset2fa':
      return { kind, ...CREDENTIAL_QUESTIONS.reset2fa(about), run: resetTwoFactor(outbox, person) };
    case 'stop2fa':
      return { kind, ...CREDENTIAL_QUESTIONS.stop2fa(about), run: requireTwoFactor(outbox, person, false) };
    case 'revokeSessions':
      return { kind, ...CREDENTIAL_QUESTIONS.revokeSessions(about), run: revokeSessions(outbox, person) };
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

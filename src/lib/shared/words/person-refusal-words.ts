import type { CatalogueIndex } from '$lib/core/access/catalogue';
import type { Refusal } from '$lib/core/access/refusal';
import { limitWords } from '../quotas/people-caps';
import { permissionNames, refusalWords, type RefusalWords } from './refusal-words';

/** Says a refusal about somebody's account in words (ACC-7). */
export function personRefusalWords(refusal: Refusal, catalogue: CatalogueIndex): RefusalWords {
  const words = (title: string, text: string, missing: string | null = null) => ({ title, text, missing });
  switch (refusal.code) {
    case 'access/self':
      return words(
        'This is your own account',
        'Nobody changes their own role, caps, status or sign-in here. See My account, or ask somebody who may.'
      );
    case 'access/owner':
      return words('The owner is protected', 'Nobody else changes the account of the owner.');
    case 'access/not-dominated':
      return words(
        'They may do more than you',
        'An account is changed only by people who hold everything it holds. A Super Administrator can help.'
      );
    case 'access/not-held':
      return words(
        'This role holds more than you do',
        `You do not hold ${permissionNames(catalogue, refusal.permissions)} yourself.`,
        refusal.permissions[0] ?? null
      );
    case 'access/cap-above-own':
      return words(
        'More than you may send yourself',
        `Nobody gives a higher cap than their own: at most ${limitWords(refusal.limit)}.`
      );
    case 'input/taken':
      return words('This address is taken', `It is the address of ${refusal.looksLike} already.`);
    case 'not-found':
      return words('It is gone', `This ${refusal.what} was deleted meanwhile.`);
    case 'auth/reauthenticate':
      return words('Nothing was changed', 'This step asks for your password, which was not given.');
    default:
      return refusalWords(refusal, catalogue);
  }
}

/** "This is your own account. Nobody changes …", for a line of its own. */
export function personRefusalText(refusal: Refusal, catalogue: CatalogueIndex): string {
  const { title, text } = personRefusalWords(refusal, catalogue);
  return `${title}. ${text}`;
}

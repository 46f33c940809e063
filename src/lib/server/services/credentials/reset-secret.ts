import { hashPassword } from '../../auth/password-hash';
import type { AccountRow } from '../../db/tables/accounts-table';
import { readSection } from '../stored-settings/read-section';
import type { ActingPerson } from '../write-path/acting-person';
import { ask, type Question } from '../write-path/ask';
import type { Caller } from '../write-path/caller';
import type { Deps } from '../write-path/deps';
import { mutate, type Answer, type Mutation } from '../write-path/mutate';
import type { RefusalOr } from '../write-path/refusal-or';
import { secretMark } from '../write-path/secret-mark';
import type { SecretAnswer } from './account-credentials';
import { invitationLink } from './activation';
import { newPasswordRefusal, passwordRules } from './new-password';

/** `password`: a new initial password; without one an invitation link is made. */
export type PasswordResetInput = { op: string; id: string; password?: string | undefined };
/** What identifies the operation: a mark in place of the password; null for an invitation. */
export type StoredReset = { op: string; id: string; secret: string | null };
/** `link`: shown once; null when a password was set. */
export type PasswordResetAnswer = SecretAnswer & { link: string | null };

/**
 * Gives somebody a new activation secret. The password is judged and hashed before the transaction begins: a hash takes tens of
 * milliseconds, during which no lock may be held. Neither password, hash nor link is part of what is stored of the operation.
 */
export async function resetSecret(
  deps: Deps,
  caller: Caller,
  { password, ...input }: PasswordResetInput,
  given: {
    question: Question;
    /** Whose it is, for those who may know that. */
    find(actor: ActingPerson): Promise<RefusalOr<AccountRow>>;
    change(passwordHash: string | null): Mutation<StoredReset, SecretAnswer>;
  }
): Promise<Answer<PasswordResetAnswer>> {
  // Asked before anything is hashed, so that nobody without the right keeps the hashing busy; decided in the transaction.
  const hashed = await ask<string | null>(
    deps,
    caller,
    { ...given.question, sensitive: true },
    async (actor) => {
      if (password === undefined) return { answer: null };
      const found = await given.find(actor);
      if ('refused' in found) return found;
      const rules = passwordRules(await readSection(deps.db, 'passwords'), found.answer.twoFactor);
      const refused = await newPasswordRefusal(password, found.answer, rules);
      return refused ? { refused } : { answer: await hashPassword(password) };
    }
  );
  if ('refused' in hashed) return hashed;
  const done = await mutate(deps, caller, given.change(hashed.answer), {
    ...input,
    secret: password === undefined ? null : secretMark(deps.keyring, password)
  });
  if ('refused' in done) return done;
  const link = hashed.answer === null ? invitationLink(deps, input.id, input.op) : null;
  return { answer: { ...done.answer, link } };
}

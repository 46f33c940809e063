import { hashPassword } from '../../auth/password-hash';
import type { AccountRow } from '../../db/tables/accounts-table';
import { readSection } from '../stored-settings/read-section';
import type { ActingPerson } from '../write-path/acting-person';
import type { Deps } from '../write-path/deps';
import type { Preparation } from '../write-path/mutation';
import type { RefusalOr } from '../write-path/refusal-or';
import { secretMark } from '../write-path/secret-mark';
import type { SecretAnswer } from './account-credentials';
import { invitationLink } from './activation';
import { newPasswordRefusal, passwordRules } from './new-password';

/** `password`: a new initial password; without one an invitation link is made. */
export type PasswordResetInput = { op: string; id: string; password?: string | undefined };
/** Identity of the operation: with a mark in place of the password; null for an invitation. */
export type StoredReset = { op: string; id: string; secret: string | null };
/** `link`: shown once; null when a password was set. */
export type PasswordResetAnswer = SecretAnswer & { link: string | null };

/** Hash of a new initial password; null: an invitation is made. */
export type NewSecret = string | null;

/**
 * The phases of a new activation secret. The password is judged and hashed before the transaction begins: a hash
 * takes tens of milliseconds, during which no lock may be held. Neither password, hash nor link is part of what is
 * stored of the operation.
 * @param find whose it is, for those who may know that
 */
export function givingSecret(
  find: (before: Preparation, id: string, actor: ActingPerson) => Promise<RefusalOr<AccountRow>>
) {
  return {
    kept: ({ password, ...input }: PasswordResetInput, { keyring }: Deps): StoredReset => ({
      ...input,
      secret: password === undefined ? null : secretMark(keyring, password)
    }),
    prepare: (before: Preparation, { id, password }: PasswordResetInput): Promise<RefusalOr<NewSecret>> =>
      before.permitted(async (actor) => {
        if (password === undefined) return { answer: null };
        const found = await find(before, id, actor);
        if ('refused' in found) return found;
        const rules = passwordRules(await readSection(before.deps.db, 'passwords'), found.answer.twoFactor);
        const refused = await newPasswordRefusal(password, found.answer, rules);
        return refused ? { refused } : { answer: await hashPassword(password) };
      }),
    told: linked
  };
}

/** The answer with the invitation, which is computed each time it is told. */
export function linked(
  kept: SecretAnswer,
  { id, op, password }: PasswordResetInput,
  { deps }: { deps: Deps }
): PasswordResetAnswer {
  return { ...kept, link: password === undefined ? invitationLink(deps, id, op) : null };
}

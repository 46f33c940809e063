import type { SecretVoid } from '../../../core/administrators/activation';
import type { Refusal } from '../../../core/access/refusal';
import { barredFromPerson, decideRequireTwoFactor } from '../../../core/administrators/people';
import { clearCodeTries, clearPasswordTries } from '../../auth/attempts';
import { hashPassword } from '../../auth/password-hash';
import { findAdministrator, updateAdministrator } from '../../db/tables/administrators-table';
import { deleteOfferTo } from '../../db/tables/ownership-table';
import { deleteTotp } from '../../db/tables/totp-table';
import { endKeys, keysRevoked } from '../credentials/end-keys';
import { endSessions } from '../credentials/end-sessions';
import { ask, type Question } from '../write-path/ask';
import type { Caller } from '../write-path/caller';
import type { Deps } from '../write-path/deps';
import { wayOfLink } from '../mail/link-withheld';
import { secretMark } from '../write-path/secret-mark';
import { readSection } from '../stored-settings/read-section';
import { newPasswordRefusal, passwordRules } from '../credentials/new-password';
import { mutate, type Answer } from '../write-path/mutate';
import { activationUntil, invitationHash, invitationLink, invitationToken } from '../credentials/activation';
import { definePersonCommand } from '../write-path/define-command';
import { personAction, personTarget, type PersonActionInput } from '../write-path/person-action';
import { personState } from '../write-path/person-state';

export type PasswordResetInput = PersonActionInput & {
  /** A new initial password; without one an invitation link is made. */
  password?: string | undefined;
};
export type PasswordResetAnswer = {
  seq: number;
  /** Shown once; null when a password was set. */ link: string | null;
  /** Why the link is not mailed although mail is set up: who set the mail server may do less than the account. */
  linkWithheld: SecretVoid | null;
};
type StoredResetAnswer = Omit<PasswordResetAnswer, 'link'>;

/**
 * Gives somebody a new activation secret (ADM-7): the old password is void at once, a second factor stays. Judged and hashed
 * before the transaction, as when an administrator is created.
 */
export async function resetPassword(
  deps: Deps,
  caller: Caller,
  input: PasswordResetInput
): Promise<Answer<PasswordResetAnswer>> {
  const { password, ...rest } = input;
  const question: Question = {
    name: 'administrators.resetPassword',
    permission: 'people.credentials.reset_password'
  };
  const hashed = await ask<string | null>(deps, caller, { ...question, sensitive: true }, async () => {
    if (password === undefined) return { answer: null };
    const person = await findAdministrator(deps.db, input.id);
    if (!person) return { refused: { code: 'not-found', what: 'administrator' } };
    const rules = passwordRules(await readSection(deps.db, 'passwords'), person.twoFactor);
    const refused = await newPasswordRefusal(password, person, rules);
    return refused ? { refused } : { answer: await hashPassword(password) };
  });
  if ('refused' in hashed) return hashed;
  const done = await mutate(deps, caller, resetWith(hashed.answer), {
    ...rest,
    secret: password === undefined ? null : secretMark(deps.keyring, password)
  });
  if ('refused' in done) return done;
  const link = hashed.answer === null ? invitationLink(deps, input.id, input.op) : null;
  return { answer: { ...done.answer, link } };
}

/**
 * A new invitation for somebody whose last one waits or has run out (ADM-7). Refused for whoever has a password of their own by then: it
 * would be void.
 */
export async function renewInvitation(
  deps: Deps,
  caller: Caller,
  input: PersonActionInput
): Promise<Answer<PasswordResetAnswer>> {
  const done = await mutate(deps, caller, resetWith(null, 'invited'), { ...input, secret: null });
  if ('refused' in done) return done;
  return { answer: { ...done.answer, link: invitationLink(deps, input.id, input.op) } };
}

const HAS_PASSWORD: Refusal = {
  code: 'input/invalid',
  field: 'ids',
  message: 'They have no unused invitation: they have signed in before, or have an initial password.'
};

const resetWith = (passwordHash: string | null, whom: 'anybody' | 'invited' = 'anybody') =>
  personAction<PersonActionInput & { secret: string | null }, StoredResetAnswer>({
    name: 'administrators.resetPassword',
    permission: 'people.credentials.reset_password',
    by: 'session',
    sensitive: true,
    async judge(context, row) {
      const barred = barredFromPerson(context.actor, await personState(context, row));
      return barred ?? (whom === 'invited' && row.activationHash === null ? HAS_PASSWORD : null);
    },
    async act({ deps, tx, actor }, row, { op, secret }) {
      const invite = secret === null;
      const seq = row.seq + 1;
      await updateAdministrator(tx, row.id, {
        passwordHash,
        activationExpiresAt: activationUntil(),
        activationHash: invite ? invitationHash(invitationToken(deps, row.id, op)) : null,
        activationMakers: [actor.id],
        seq
      });
      const ended = await endSessions(tx, row.id);
      // Whoever had the password may have made them.
      const keys = await endKeys(tx, row.id);
      await clearPasswordTries(tx, row.emailKey, null);
      // Offered to the person, not to whoever has the new secret.
      await deleteOfferTo(tx, row.id);
      const linkWithheld = invite ? (await wayOfLink(deps, tx, row)).withheld : null;
      return {
        answer: { seq, linkWithheld },
        events: [
          {
            action: 'administrator.password_reset',
            target: personTarget(row),
            outcome: 'success',
            change: [
              { path: 'activation', old: null, new: invite ? 'invitation' : 'initial-password' },
              { path: 'sessionsEnded', old: null, new: ended.length },
              ...keysRevoked(keys)
            ]
          }
        ],
        touches: [`person:${row.id}`],
        authority: [`person:${row.id}`],
        notices: [
          { to: row, kind: 'password-reset', data: { by: actor.name, invitation: invite ? op : null } }
        ]
      };
    }
  });

/** Takes a lost second factor away; when one is asked of the person, the next sign-in begins with enrolling anew. */
export const resetTwoFactor = definePersonCommand('administrators.reset2fa', {
  async act({ tx, actor }, row) {
    if (!row.twoFactor) return { answer: { seq: row.seq }, events: [], touches: [] };
    const seq = row.seq + 1;
    await deleteTotp(tx, row.id);
    await updateAdministrator(tx, row.id, { twoFactor: false, seq });
    await clearCodeTries(tx, row.id, null);
    const ended = await endSessions(tx, row.id);
    // Whoever had the phone may have made them.
    const keys = await endKeys(tx, row.id);
    return {
      answer: { seq },
      events: [
        {
          action: 'administrator.two_factor_reset',
          target: personTarget(row),
          outcome: 'success',
          change: [{ path: 'sessionsEnded', old: null, new: ended.length }, ...keysRevoked(keys)]
        }
      ],
      touches: [`person:${row.id}`],
      authority: [`person:${row.id}`],
      notices: [{ to: row, kind: 'two-factor-reset', data: { by: actor.name } }]
    };
  }
});

export type RequireTwoFactorInput = PersonActionInput & {
  required: boolean;
  /** ISO time from which on; left out: at once. */
  from?: string | undefined;
};

/** Asks somebody for a second factor, or no longer (AUT-2). Of oneself one may only ask for more (ACC-4). */
export const requireTwoFactor = definePersonCommand('administrators.require2fa', {
  async judge(context, row, { required, from }) {
    const begins = from === undefined ? null : new Date(from);
    // Not later than what is in force already: anything else would loosen it.
    const tightens =
      required &&
      (!row.require2fa || (row.require2faFrom !== null && (begins ?? new Date(0)) <= row.require2faFrom));
    const unchanged = required === row.require2fa && begins?.getTime() === row.require2faFrom?.getTime();
    return decideRequireTwoFactor(context.actor, await personState(context, row), tightens || unchanged);
  },
  async act({ tx, actor }, row, { required, from }) {
    const begins = required && from !== undefined ? new Date(from) : null;
    if (required === row.require2fa && begins?.getTime() === row.require2faFrom?.getTime())
      return { answer: { seq: row.seq }, events: [], touches: [] };
    const seq = row.seq + 1;
    await updateAdministrator(tx, row.id, { require2fa: required, require2faFrom: begins, seq });
    return {
      answer: { seq },
      events: [
        {
          action: 'administrator.two_factor_required',
          target: personTarget(row),
          outcome: 'success',
          change: [
            { path: 'require2fa', old: row.require2fa, new: required },
            {
              path: 'from',
              old: row.require2faFrom?.toISOString() ?? null,
              new: begins?.toISOString() ?? null
            }
          ]
        }
      ],
      touches: [`person:${row.id}`],
      authority: [`person:${row.id}`],
      notices:
        required && actor.id !== row.id
          ? [
              {
                to: row,
                kind: 'two-factor-required',
                data: { by: actor.name, from: begins?.toISOString() ?? null }
              }
            ]
          : []
    };
  }
});

/** Opens an account again that wrong tries in a row have closed. */
export const unlockAdministrator = definePersonCommand('administrators.unlock', {
  // Nothing of the account changes: whoever may do all that the role may lets the owner in again, too.
  async judge({ deps, tx, actor, roles }, row) {
    const role = roles.get(row.roleId);
    const effective = role ? (await deps.grants.of(tx, role.id, role.seq)).effective : new Set<string>();
    return barredFromPerson(actor, { id: row.id, owner: false, effective });
  },
  async act({ tx }, row) {
    await clearPasswordTries(tx, row.emailKey, null);
    await clearCodeTries(tx, row.id, null);
    return {
      answer: { seq: row.seq },
      events: [{ action: 'administrator.unlocked', target: personTarget(row), outcome: 'success' }],
      touches: [`person:${row.id}`]
    };
  }
});

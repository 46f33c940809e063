import type { SecretVoid } from '../../../core/administrators/activation';
import type { NoticeKind } from '../../../core/settings/notices';
import type { AuditChange } from '../../../core/log/entry';
import { clearCodeTries, clearPasswordTries } from '../../auth/attempts';
import { updateAccount, type AccountRow } from '../../db/tables/accounts-table';
import { readLastActive } from '../../db/tables/last-active-table';
import { deleteOfferTo } from '../../db/tables/ownership-table';
import { deleteTotp } from '../../db/tables/totp-table';
import { accountRecord, accountTarget } from '../write-path/account-record';
import type { Decision, Outcome } from '../write-path/mutation';
import { activationUntil, invitationHash, invitationToken } from './activation';
import { endKeys, keysRevoked } from './end-keys';
import { endSessions } from './end-sessions';

// What staff do with the credentials of somebody, an administrator or a user, whom they may touch: asked when that
// was decided.

type Acting = Pick<Decision, 'deps' | 'tx' | 'actor'>;

export type SecretAnswer = {
  seq: number;
  /**
   * Reason the link is not mailed although mail is set up: whoever set the mail server may do less than the
   * account. Null: it is not withheld.
   */
  linkWithheld: SecretVoid | null;
};

/**
 * A new activation secret (ADM-7): the old password is void at once, a second factor stays. `passwordHash` null: a
 * link.
 * @param linkWithheld why it would not be mailed (mail/link-withheld)
 */
export async function giveSecret(
  { deps, tx, actor }: Acting,
  row: AccountRow,
  {
    op,
    passwordHash,
    linkWithheld
  }: { op: string; passwordHash: string | null; linkWithheld: SecretVoid | null }
): Promise<Outcome<SecretAnswer>> {
  const invite = passwordHash === null;
  const isFirst = !(await readLastActive(tx, [row.id])).has(row.id);
  const invited = { action: `${row.kind}.invited` } as const;
  const reset = { action: `${row.kind}.password_reset` } as const;
  const seq = row.seq + 1;
  await updateAccount(tx, row, {
    passwordHash,
    activationExpiresAt: activationUntil(),
    activationHash: invite ? invitationHash(invitationToken(deps, row.id, op)) : null,
    activationMakers: [actor.id],
    seq
  });
  const { change } = await endAll({ tx }, row);
  await clearPasswordTries(tx, row.emailKey, null);
  // Offered to the person, not to whoever has the new secret.
  await deleteOfferTo(tx, row.id);
  return {
    answer: { seq, linkWithheld: invite ? linkWithheld : null },
    events: [
      {
        ...(isFirst && invite ? invited : reset),
        target: accountTarget(row),
        outcome: 'success',
        change: [
          { path: 'activation', old: null, new: invite ? 'invitation' : 'initial-password' },
          ...change
        ]
      }
    ],
    ...announced(row),
    notices: [
      { to: row, kind: noticeOf(isFirst, invite), data: { by: actor.name, invitation: invite ? op : null } }
    ]
  };
}

/** Somebody who was never there has nothing that could be reset, however often they were invited. */
function noticeOf(isFirst: boolean, invite: boolean): NoticeKind {
  if (!isFirst) return 'password-reset';
  return invite ? 'invitation' : 'instructions';
}

/** Takes a lost second factor away; when one is asked of the person, the next sign-in begins with enrolling anew. */
export async function takeSecondFactor(
  { tx, actor }: Acting,
  row: AccountRow
): Promise<Outcome<{ seq: number }>> {
  if (!row.twoFactor) return { answer: { seq: row.seq }, events: [], affects: [] };
  const seq = row.seq + 1;
  await deleteTotp(tx, row.id);
  await updateAccount(tx, row, { twoFactor: false, seq });
  await clearCodeTries(tx, row.id, null);
  const { change } = await endAll({ tx }, row);
  return {
    answer: { seq },
    events: [
      { action: `${row.kind}.two_factor_reset`, target: accountTarget(row), outcome: 'success', change }
    ],
    ...announced(row),
    notices: [{ to: row, kind: 'two-factor-reset', data: { by: actor.name } }]
  };
}

/** Asks for a second factor from a time on, null: at once; or no longer. */
export async function demandSecondFactor(
  { tx, actor }: Acting,
  row: AccountRow,
  { required, from }: { required: boolean; from?: string | undefined }
): Promise<Outcome<{ seq: number }>> {
  const begins = required && from !== undefined ? new Date(from) : null;
  if (required === row.require2fa && begins?.getTime() === row.require2faFrom?.getTime())
    return { answer: { seq: row.seq }, events: [], affects: [] };
  const seq = row.seq + 1;
  await updateAccount(tx, row, { require2fa: required, require2faFrom: begins, seq });
  const iso = begins?.toISOString() ?? null;
  return {
    answer: { seq },
    events: [
      {
        action: `${row.kind}.two_factor_required`,
        target: accountTarget(row),
        outcome: 'success',
        change: [
          { path: 'require2fa', old: row.require2fa, new: required },
          { path: 'from', old: row.require2faFrom?.toISOString() ?? null, new: iso }
        ]
      }
    ],
    ...announced(row),
    notices:
      required && actor.id !== row.id
        ? [{ to: row, kind: 'two-factor-required', data: { by: actor.name, from: iso } }]
        : []
  };
}

/** Ends one session, or all and the keys: on HTTP at once, on their sockets within a second (S-05). */
export async function endSessionsFor(
  { tx, actor }: Acting,
  row: AccountRow,
  sid: string | undefined
): Promise<Outcome<{ ended: number }>> {
  const ended = await endSessions(tx, row.id, { only: sid });
  const keys = sid === undefined ? await endKeys(tx, row) : [];
  if (ended.length + keys.length === 0) return { answer: { ended: 0 }, events: [], affects: [] };
  return {
    answer: { ended: ended.length },
    events: [
      {
        action: `${row.kind}.sessions_revoked`,
        target: accountTarget(row),
        outcome: 'success',
        change: [{ path: 'sessions', old: ended, new: [] }, ...keysRevoked(keys)]
      }
    ],
    affects: [accountRecord(row)],
    authority: keys.length === 0 ? [] : [accountRecord(row)],
    notices: [{ to: row, kind: 'sessions-revoked', data: { by: actor.name } }]
  };
}

/** Opens an account again that wrong tries in a row have closed. */
export async function openAgain({ tx }: Acting, row: AccountRow): Promise<Outcome<{ seq: number }>> {
  await clearPasswordTries(tx, row.emailKey, null);
  await clearCodeTries(tx, row.id, null);
  return {
    answer: { seq: row.seq },
    events: [{ action: `${row.kind}.unlocked`, target: accountTarget(row), outcome: 'success' }],
    affects: [accountRecord(row)]
  };
}

/** Whoever had the password or the phone may have made the keys. */
async function endAll({ tx }: Pick<Acting, 'tx'>, row: AccountRow): Promise<{ change: AuditChange[] }> {
  const ended = await endSessions(tx, row.id);
  const keys = await endKeys(tx, row);
  return { change: [{ path: 'sessionsEnded', old: null, new: ended.length }, ...keysRevoked(keys)] };
}

function announced(
  row: AccountRow
): Pick<Extract<Outcome<never>, { answer: never }>, 'affects' | 'authority'> {
  return { affects: [accountRecord(row)], authority: [accountRecord(row)] };
}

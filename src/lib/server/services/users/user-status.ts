import {
  closingEnds,
  decideClose,
  decideReactivate,
  decideSuspend,
  type StatusDecision
} from '../../../core/users/change-status';
import type { AuditAction } from '../../../core/log/actions';
import type { AuditChange } from '../../../core/log/entry';
import { bothClocks, updateUser, type UserRow } from '../../db/tables/users-table';
import { endSessions } from '../credentials/end-sessions';
import { defineCommand } from '../write-path/define-command';
import type { Decision, Outcome } from '../write-path/mutate';
import { userTarget } from '../write-path/tenant-records';
import { storedStatus, touchedUser } from './touched-user';
import type { UserStatusAnswer } from './user-answers';

const one = {
  users: ({ id }: { id: string }) => [id],
  target: ({ id }: { id: string }) => ({ type: 'user', id })
};

/** Bars a user, for a reason and maybe until a time; what is theirs stays. */
export const suspendUser = defineCommand('users.suspend', {
  ...one,
  async decide(context, { id, reason, until }): Promise<Outcome<UserStatusAnswer>> {
    const ends = until === undefined ? null : new Date(until);
    return step(context, id, {
      judge: (row) =>
        decideSuspend(
          context.actor,
          { ...storedStatus(row), reason: row.statusReason },
          { reason, until: ends?.getTime() ?? null },
          Date.now()
        ),
      action: 'user.suspended',
      status: { status: 'suspended', statusReason: reason, suspendedUntil: ends, closesAt: null },
      change: ends === null ? [] : [{ path: 'until', old: null, new: ends.toISOString() }]
    });
  }
});

/** Lets a user in again who is suspended or whose account is being closed. */
export const reactivateUser = defineCommand('users.reactivate', {
  ...one,
  async decide(context, { id }): Promise<Outcome<UserStatusAnswer>> {
    return step(context, id, {
      judge: (row) => decideReactivate(context.actor, storedStatus(row)),
      action: 'user.reactivated',
      status: ACTIVE
    });
  }
});

/** Begins to close an account: barred from now on, what is theirs can be exported until the closing is over (TEN-7). */
export const closeUser = defineCommand('users.close', {
  ...one,
  async decide(context, { id, reason }): Promise<Outcome<UserStatusAnswer & { closesAt: string }>> {
    const { later } = await bothClocks(context.tx, new Date());
    const closesAt = new Date(closingEnds(later.getTime()));
    const done = await step(context, id, {
      judge: (row) => decideClose(storedStatus(row)),
      action: 'user.closing',
      status: { status: 'closing', statusReason: reason, suspendedUntil: null, closesAt },
      change: [{ path: 'closesAt', old: null, new: closesAt.toISOString() }]
    });
    if ('refused' in done) return done;
    // One that was under way ends when it would have.
    const ends = done.events.length > 0 ? closesAt : (context.users.get(id)?.closesAt ?? closesAt);
    return { ...done, answer: { ...done.answer, closesAt: ends.toISOString() } };
  }
});

type StatusFields = Pick<UserRow, 'status' | 'statusReason' | 'suspendedUntil' | 'closesAt'>;

/** What a row holds of somebody who may act. */
export const ACTIVE: StatusFields & Pick<UserRow, 'statusSince' | 'statusBy'> = {
  ...{ status: 'active', statusReason: null, suspendedUntil: null, closesAt: null },
  ...{ statusSince: null, statusBy: null }
};

async function step(
  context: Decision,
  id: string,
  to: {
    judge(row: UserRow): StatusDecision;
    action: AuditAction;
    status: StatusFields;
    change?: AuditChange[];
  }
): Promise<Outcome<UserStatusAnswer>> {
  const touched = await touchedUser(context, id);
  if ('refused' in touched) return touched;
  const { row } = touched;
  const decision = to.judge(row);
  if (decision === 'unchanged') return { answer: { seq: row.seq }, events: [], touches: [] };
  if (decision !== 'change') return decision;
  const seq = row.seq + 1;
  const { statusReason: reason } = to.status;
  const since =
    to.status.status === 'active' ? {} : { statusSince: new Date(), statusBy: context.actor.name };
  await updateUser(context.tx, id, { ...ACTIVE, ...to.status, ...since, seq });
  // Whoever may still come in signs in anew.
  const ended = to.status.status === 'active' ? [] : await endSessions(context.tx, id);
  return {
    answer: { seq },
    events: [
      {
        action: to.action,
        target: userTarget(row),
        outcome: 'success',
        change: [
          { path: 'status', old: row.status, new: to.status.status },
          ...(to.change ?? []),
          ...(ended.length === 0 ? [] : [{ path: 'sessionsEnded', old: null, new: ended.length }])
        ],
        // What is written about a client may name people: apart, where it can be erased (LOG-7).
        ...(reason === null ? {} : { personal: { note: reason } })
      }
    ],
    touches: [`user:${id}`],
    authority: [`user:${id}`]
  };
}

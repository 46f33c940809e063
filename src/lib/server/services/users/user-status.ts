import {
  closingEnds,
  decideClose,
  decideReactivate,
  decideSuspend,
  type StatusKnown,
  type StatusDecision
} from '../../../core/users/change-status';
import type { AuditAction } from '../../../core/log/actions';
import type { AuditChange } from '../../../core/log/entry';
import { statusAt } from '../../../core/users/user-status';
import { bothClocks, updateUser, type UserRow } from '../../db/tables/users-table';
import { endSessions } from '../credentials/end-sessions';
import { defineCommand } from '../write-path/define-command';
import type { Decision, Outcome } from '../write-path/mutation';
import { statusStamp } from '../write-path/status-stamp';
import { userTarget } from '../write-path/tenant-records';
import { storedStatus, touchedUser } from './touched-user';
import type { UserStatusAnswer } from './user-answers';
import { ACTIVE, writeEnd, type StatusFields } from './write-status';

const one = {
  users: ({ id }: { id: string }) => [id],
  target: ({ id }: { id: string }) => ({ type: 'user', id })
};

/** Bars a user, for a reason and maybe until a time; what is theirs stays. */
export const suspendUser = defineCommand('users.suspend', {
  ...one,
  async decide(context, { id, reason, until, seen }): Promise<Outcome<UserStatusAnswer>> {
    const ends = until === undefined ? null : new Date(until);
    return step(context, id, {
      judge: (row) =>
        decideSuspend(
          context.actor,
          { ...storedStatus(row), reason: row.statusReason },
          { reason, until: ends?.getTime() ?? null, ...known(row, seen) },
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
  async decide(context, { id, seen }): Promise<Outcome<UserStatusAnswer>> {
    return step(context, id, {
      judge: (row) => decideReactivate(context.actor, storedStatus(row), known(row, seen)),
      action: 'user.reactivated',
      status: ACTIVE
    });
  }
});

/** Begins to close an account: barred from now on, what is theirs can be exported until the closing is over (TEN-7). */
export const closeUser = defineCommand('users.close', {
  ...one,
  async decide(context, { id, reason, seen }): Promise<Outcome<UserStatusAnswer & { closesAt: string }>> {
    const { later } = await bothClocks(context.tx, new Date());
    const closesAt = new Date(closingEnds(later.getTime()));
    const done = await step(context, id, {
      judge: (row) => decideClose(storedStatus(row), known(row, seen)),
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

function known(row: UserRow, seen: number | undefined): StatusKnown {
  return { seen, change: row.fieldSeq['status'] };
}

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
  const row = await withoutOver(context, touched.row);
  const decision = to.judge(row);
  if (decision === 'unchanged') return { answer: { seq: row.seq }, events: [], affects: [] };
  if (decision !== 'change') return decision;
  const stamp = statusStamp(row, context.actor.name);
  const { statusReason: reason } = to.status;
  const since =
    to.status.status === 'active' ? {} : { statusSince: new Date(), statusBy: context.actor.name };
  await updateUser(context.tx, id, { ...ACTIVE, ...to.status, ...since, ...stamp });
  // Whoever may still come in signs in anew.
  const ended = to.status.status === 'active' ? [] : await endSessions(context.tx, id);
  return {
    answer: { seq: stamp.seq },
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
    affects: [`user:${id}`],
    authority: [`user:${id}`]
  };
}

/**
 * The user with a suspension that is over written as over, so that its end has its entry whoever comes before the
 * system.
 */
async function withoutOver({ tx }: Decision, row: UserRow): Promise<UserRow> {
  const { earlier } = await bothClocks(tx, new Date());
  const isOver = row.status === 'suspended' && statusAt(storedStatus(row), earlier.getTime()) === 'active';
  return isOver ? writeEnd(tx, row, 'active', earlier) : row;
}

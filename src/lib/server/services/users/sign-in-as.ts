import { randomUUID } from 'node:crypto';
import { requirePermission } from '../../../core/access/access';
import { statusAt } from '../../../core/users/user-status';
import { barredFromVisit, VISIT_MINUTES, VISIT_RIGHTS } from '../../../core/users/visits';
import type { CommandInput } from '../../../protocol/commands/commands';
import { makeToken } from '../../auth/token';
import { deleteVisits, insertVisit } from '../../db/tables/visits-table';
import type { UserRow } from '../../db/tables/users-table';
import { readSection } from '../stored-settings/read-section';
import type { Caller } from '../write-path/caller';
import { defineCommand } from '../write-path/define-command';
import type { Deps } from '../write-path/deps';
import { mutate } from '../write-path/mutate';
import { ownSession, type Decision, type Outcome } from '../write-path/mutation';
import type { Notice } from '../write-path/notices';
import type { RefusalOr } from '../write-path/refusal-or';
import { userTarget } from '../write-path/tenant-records';
import { visitEnded } from './end-visits';
import { storedStatus } from './touched-user';

/** A visit that has begun. */
export type VisitBegun = {
  /** The person in whose place, and the session: every request of it says both. */
  as: { personId: string; sid: string };
  /** ISO time at which it is over, whatever happens. */
  endsAt: string;
};

type Input = CommandInput<'users.signInAs'>;

/** The session that a visit will have, made before it is. */
type Made = ReturnType<typeof makeToken>;

/**
 * Signs one of staff in as a user, beside the session that they have (TEN-6). No answer that is kept holds the new
 * session's secret: whoever asks again with the same operation, because the first answer was lost, begins anew,
 * which ends the one before.
 */
export async function signInAs(
  deps: Deps,
  caller: Caller,
  input: Input
): Promise<RefusalOr<VisitBegun & { token: string }>> {
  const begun = await mutate(deps, caller, beginVisit, input);
  if ('refused' in begun) return begun;
  const { token, ...visit } = begun.answer;
  if (token !== null) return { answer: { ...visit, token } };
  return signInAs(deps, caller, { ...input, op: randomUUID() });
}

const beginVisit = defineCommand('users.signInAs', {
  users: ({ id }) => [id],
  target: ({ id }) => ({ type: 'user', id }),
  prepare: (): Promise<RefusalOr<Made>> => Promise.resolve({ answer: makeToken() }),
  decide: begin,
  told: (kept: VisitBegun, _input, { prepared: made }) => ({
    ...kept,
    token: kept.as.sid === made.sid ? made.token : null
  })
});

async function begin(
  context: Decision,
  { id, reason }: Input,
  { sid, secretHash }: Made
): Promise<Outcome<VisitBegun>> {
  const { tx, actor, request } = context;
  const missing = VISIT_RIGHTS.map((right) => requirePermission(actor, right)).find(
    (refusal) => refusal !== null
  );
  if (missing) return { refused: missing };
  const user = context.users.get(id);
  if (!user || user.deletedAt !== null) return { refused: { code: 'not-found', what: 'user' } };
  const refused = barredFromVisit(statusAt(storedStatus(user), Date.now()));
  if (refused) return { refused };
  const { sid: parentSid, aal } = ownSession(context);
  const ended = await deleteVisits(tx, { administratorId: actor.id });
  const endsAt = new Date(Date.now() + VISIT_MINUTES * 60_000);
  await insertVisit(tx, {
    ...{ sid, secretHash, parentSid, aal, endsAt },
    ...{ administratorId: actor.id, administratorName: actor.name, userId: id, userName: user.name },
    ...{ ip: request.ip, userAgent: request.userAgent?.slice(0, 400) ?? null }
  });
  return {
    answer: { as: { personId: id, sid }, endsAt: endsAt.toISOString() },
    events: [
      ...ended.map((visit) => visitEnded(visit, 'replaced')),
      {
        action: 'user.signed_in_as',
        target: userTarget(user),
        outcome: 'success',
        change: [
          { path: 'session', old: null, new: sid },
          { path: 'until', old: null, new: endsAt.toISOString() }
        ],
        // What is written about a client may name people: apart, where it can be erased (LOG-7).
        personal: { note: reason }
      }
    ],
    affects: [],
    authority: ended.map((visit) => `session:${visit.sid}` as const),
    notices: await told(context, user, reason)
  };
}

/** Notices to the user about a sign-in as them, where the installation tells users (SET-1). */
async function told({ tx, actor }: Decision, { id, email }: UserRow, reason: string): Promise<Notice[]> {
  const { tellSignInAs } = await readSection(tx, 'sessions');
  if (!tellSignInAs) return [];
  const data = { by: actor.name, reason };
  return [{ to: { kind: 'user', id, email }, kind: 'signed-in-as', data }];
}

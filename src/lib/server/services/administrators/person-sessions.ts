import { deviceOf, type Device } from '../../auth/device-name';
import { administratorAccount } from '../../db/tables/accounts-table';
import { findAdministrator } from '../../db/tables/administrators-table';
import { sessionsOf, type SessionRow } from '../../db/tables/sessions-table';
import { endSessionsFor } from '../credentials/account-credentials';
import { ask, type Question } from '../write-path/ask';
import type { Caller } from '../write-path/caller';
import type { Deps } from '../write-path/deps';
import type { RefusalOr } from '../write-path/refusal-or';
import { definePersonCommand } from '../write-path/define-command';

/** A session as people see it: where it is, never what opens it. */
export type SessionSummary = {
  sid: string;
  ip: string | null;
  userAgent: string | null;
  device: Device;
  /** True if it was begun with a second factor. */
  twoFactor: boolean;
  createdAt: string;
  /** The time until which it stays open without a further sign of life. */
  expiresAt: string;
  current: boolean;
};

export function sessionSummary(row: SessionRow, currentSid: string | null): SessionSummary {
  return {
    sid: row.sid,
    ip: row.ip,
    userAgent: row.userAgent,
    device: deviceOf(row.userAgent),
    twoFactor: row.aal === 2,
    createdAt: row.createdAt.toISOString(),
    expiresAt: row.expiresAt.toISOString(),
    current: row.sid === currentSid
  };
}

/** Somebody's open sessions (ADM-9). */
export function readPersonSessions(
  deps: Deps,
  caller: Caller,
  id: string
): Promise<RefusalOr<SessionSummary[]>> {
  const question: Question = {
    name: 'administrators.sessions',
    permission: 'people.credentials.view_sessions'
  };
  return ask<SessionSummary[]>(deps, caller, question, async (_, { session }) => {
    if (!(await findAdministrator(deps.db, id)))
      return { refused: { code: 'not-found', what: 'administrator' } };
    const rows = await sessionsOf(deps.db, [id]);
    return { answer: rows.map((row) => sessionSummary(row, session?.sid ?? null)) };
  });
}

/** Ends somebody's sessions, with all of them their keys: on HTTP at once, on their sockets within a second (S-05). */
export const revokeSessions = definePersonCommand('administrators.revokeSessions', {
  act: (context, row, { sid }) => endSessionsFor(context, administratorAccount(row), sid)
});

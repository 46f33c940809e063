import { sessionsOf } from '../../db/tables/sessions-table';
import { askInSession, type Question } from '../write-path/ask';
import type { Caller } from '../write-path/caller';
import { defineCommand } from '../write-path/define-command';
import type { Deps } from '../write-path/deps';
import { sessionSummary, type SessionSummary } from '../administrators/person-sessions';
import type { RefusalOr } from '../write-path/refusal-or';
import { accountRecord } from '../write-path/account-record';
import { ownAccount, OWN_RECORD } from '../write-path/own-account';
import { ownSession } from '../write-path/mutation';
import { endKeys, keyRevokedEvents } from '../credentials/end-keys';
import { endSessions } from '../credentials/end-sessions';

/** One's own open sessions (AUT-3). */
export function readOwnSessions(deps: Deps, caller: Caller): Promise<RefusalOr<SessionSummary[]>> {
  const question: Question = { name: 'me.sessions', permission: 'people.self.own_sessions' };
  return askInSession<SessionSummary[]>(deps, caller, question, async (actor, live) => {
    const rows = await sessionsOf(deps.db, [actor.id]);
    return { answer: rows.map((row) => sessionSummary(row, live.session.sid)) };
  });
}

/** `keys`: how many ended; absent: one session was meant. */
export type OwnSessionsAnswer = { ended: number; keys?: number };

/** Ends one of one's own sessions, or all the others. */
export const revokeOwnSessions = defineCommand<'me.revokeSessions', OwnSessionsAnswer>('me.revokeSessions', {
  ...OWN_RECORD,
  async decide(context, { sid, keepKeys = false }) {
    const { tx, actor } = context;
    const row = ownAccount(context);
    if (!row) return { refused: { code: 'auth/signed-out' } };
    const ended = await endSessions(
      tx,
      actor.id,
      sid === undefined ? { except: ownSession(context).sid } : { only: sid }
    );
    const keys = sid === undefined && !keepKeys ? await endKeys(tx, row) : [];
    const answer: OwnSessionsAnswer = {
      ended: ended.length,
      ...(sid === undefined ? { keys: keys.length } : {})
    };
    if (ended.length + keys.length === 0) return { answer, events: [], affects: [] };
    return {
      answer,
      events: [
        ...ended.map((other) => ({
          action: 'session.revoked' as const,
          target: { type: 'session', id: other, name: null },
          outcome: 'success' as const,
          reason: 'own'
        })),
        ...keyRevokedEvents(keys, { type: row.kind, id: row.id, name: row.name })
      ],
      affects: [accountRecord(row)],
      authority: keys.length === 0 ? [] : [accountRecord(row)]
    };
  }
});

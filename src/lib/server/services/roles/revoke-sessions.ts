import { dominatesHolders } from '../../../core/access/access';
import { endSessionsOfRole } from '../credentials/end-sessions';
import { defineCommand } from '../write-path/define-command';
import { roleState } from './role-state';

/** Signs out everybody who holds a role, but not whoever asks for it. */
export const revokeRoleSessions = defineCommand('roles.revokeSessions', {
  locks: ({ id }) => [{ id, mode: 'share' }],
  target: ({ id }) => ({ type: 'role', id }),
  async decide(context, { id }) {
    const { tx, actor, roles, session } = context;
    const row = roles.get(id);
    if (!row) return { refused: { code: 'not-found', what: 'role' } };
    if (!dominatesHolders(actor, await roleState(context, row)))
      return { refused: { code: 'access/not-dominated' } };
    const ended = await endSessionsOfRole(tx, id, session?.sid ?? null);
    if (ended.length === 0) return { answer: { ended: 0 }, events: [], affects: [] };
    const people = [...new Set(ended.map((session) => session.id))];
    return {
      answer: { ended: ended.length },
      events: [
        {
          action: 'role.sessions_revoked',
          target: { type: 'role', id, name: row.name },
          outcome: 'success',
          change: [
            { path: 'sessions', old: ended.length, new: 0 },
            { path: 'people', old: null, new: people.slice(0, MOST_NAMED) }
          ]
        }
      ],
      affects: people.map((person) => `person:${person}` as const)
    };
  }
});

// An entry holds 64 KiB: so many ids are named in it.
const MOST_NAMED = 500;

import { findAdministrator } from '../../db/tables/administrators-table';
import { lockKey, readKeys, readKeyUses } from '../../db/tables/api-keys-table';
import { keySummary, type KeySummary } from '../applications/key-summary';
import { revoke } from '../applications/new-key';
import { ask, type Question } from '../write-path/ask';
import type { Caller } from '../write-path/caller';
import { definePersonCommand } from '../write-path/define-command';
import type { Deps } from '../write-path/deps';
import type { RefusalOr } from '../write-path/refusal-or';

/** Somebody's personal keys, newest first: seen by whoever sees where they are signed in. */
export function readPersonKeys(deps: Deps, caller: Caller, id: string): Promise<RefusalOr<KeySummary[]>> {
  const question: Question = { name: 'administrators.keys', permission: 'people.credentials.view_sessions' };
  return ask<KeySummary[]>(deps, caller, question, async () => {
    if (!(await findAdministrator(deps.db, id)))
      return { refused: { code: 'not-found', what: 'administrator' } };
    const keys = await readKeys(deps.db, { administratorId: id });
    const uses = await readKeyUses(
      deps.db,
      keys.map((key) => key.id)
    );
    return { answer: keys.map((key) => keySummary(key, uses.get(key.id))) };
  });
}

/** Ends a key of somebody at once, as a session of theirs; they are told. A second time changes nothing. */
export const revokePersonKey = definePersonCommand('administrators.revokeKey', {
  includesDeactivated: true,
  async act(context, row, { keyId }) {
    const key = await lockKey(context.tx, keyId, 'update');
    if (key?.administratorId !== row.id) return { refused: { code: 'not-found', what: 'key' } };
    const affects = [`person:${row.id}` as const];
    const outcome = await revoke(
      context,
      key,
      { type: 'administrator', id: row.id, name: row.name },
      { affects, authority: affects }
    );
    if ('refused' in outcome || !outcome.answer.revoked) return outcome;
    const data = { by: context.actor.name, name: key.name };
    return { ...outcome, notices: [{ to: row, kind: 'key-revoked', data }] };
  }
});

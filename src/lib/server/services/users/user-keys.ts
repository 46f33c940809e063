import { requirePermission } from '../../../core/access/access';
import { findAccount } from '../../db/tables/accounts-table';
import { lockKey, readKeys, readKeyUses } from '../../db/tables/api-keys-table';
import { keySummary, type KeySummary } from '../applications/key-summary';
import { revoke } from '../applications/new-key';
import { ask } from '../write-path/ask';
import type { Caller } from '../write-path/caller';
import type { Deps } from '../write-path/deps';
import type { RefusalOr } from '../write-path/refusal-or';
import { onUser } from './credentials';

/** A user's keys, newest first: seen by whoever sees where it is signed in. */
export function readUserKeys(deps: Deps, caller: Caller, id: string): Promise<RefusalOr<KeySummary[]>> {
  const question = { name: 'users.keys', permission: 'people.credentials.view_sessions' } as const;
  return ask<KeySummary[]>(deps, caller, question, async (actor) => {
    const unseen = requirePermission(actor, 'tenants.users.view');
    if (unseen) return { refused: unseen };
    if (!(await findAccount(deps.db, { kind: 'user', id })))
      return { refused: { code: 'not-found', what: 'user' } };
    const keys = await readKeys(deps.db, { userId: id });
    const uses = await readKeyUses(
      deps.db,
      keys.map((key) => key.id)
    );
    return { answer: keys.map((key) => keySummary(key, uses.get(key.id))) };
  });
}

/** Ends a key of a user at once, as a session of its; it is told. A second time changes nothing. */
export const revokeUserKey = onUser('users.revokeKey', async (context, account, { keyId }) => {
  const { id, name } = account;
  const key = await lockKey(context.tx, keyId, 'update');
  if (key?.userId !== id) return { refused: { code: 'not-found', what: 'key' } };
  const affects = [`user:${id}` as const];
  const outcome = await revoke(context, key, { type: 'user', id, name }, { affects, authority: affects });
  if ('refused' in outcome || !outcome.answer.revoked) return outcome;
  const data = { by: context.actor.name, name: key.name };
  return { ...outcome, notices: [{ to: account, kind: 'key-revoked', data }] };
});

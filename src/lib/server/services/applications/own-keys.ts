import { notHeld } from '../../../core/access/access';
import type { CommandInput } from '../../../protocol/commands/commands';
import { makeKey, type NewKey } from '../../auth/api-keys';
import { findAdministrator } from '../../db/tables/administrators-table';
import { lockKey, readKeys, readKeyUses } from '../../db/tables/api-keys-table';
import { askInSession } from '../write-path/ask';
import type { Caller } from '../write-path/caller';
import { defineCommand } from '../write-path/define-command';
import type { Deps } from '../write-path/deps';
import { mutate, type Outcome } from '../write-path/mutate';
import type { RefusalOr } from '../write-path/refusal-or';
import { keySummary, type KeySummary } from './key-summary';
import {
  keyCreated,
  readExpiry,
  revoke,
  shownOnce,
  storeKey,
  tooManyKeys,
  type KeyOrder,
  type StoredKeyAnswer
} from './new-key';

export type OwnKey = KeySummary & { permissions: string[] };

/** One's own keys (APP-5), newest first. */
export function readOwnKeys(deps: Deps, caller: Caller): Promise<RefusalOr<OwnKey[]>> {
  return askInSession<OwnKey[]>(deps, caller, { name: 'keys.list', permission: null }, async (actor) => {
    const keys = await readKeys(deps.db, { administratorIds: [actor.id] });
    const uses = await readKeyUses(
      deps.db,
      keys.map(({ id }) => id)
    );
    return {
      answer: keys.map((key) => ({
        ...keySummary(key, uses.get(key.id)),
        permissions: key.permissions ?? []
      }))
    };
  });
}

/** Makes a key of one's own for some of what one may do (APP-5); shown once. */
export function createOwnKey(deps: Deps, caller: Caller, input: CommandInput<'keys.create'>) {
  const made = makeKey();
  return shownOnce(made, mutate(deps, caller, ownKeyWith(made, caller.session?.personId), input));
}

const ownKeyWith = (made: NewKey, selfId: string | undefined) =>
  defineCommand('keys.create', {
    // Of two at once the second counts the first.
    people: () => (selfId === undefined ? [] : [selfId]),
    target: () => ({ type: 'key', id: 'new' }),
    async decide(context, input): Promise<Outcome<StoredKeyAnswer>> {
      const { deps, actor } = context;
      const unknown = input.permissions.filter((id) => !deps.catalogue.actions.has(id));
      if (unknown.length > 0)
        return {
          refused: {
            code: 'input/unknown-permission',
            field: 'permissions',
            permissions: unknown.slice(0, 20)
          }
        };
      // The owner holds everything, and a key of theirs is worth what it was made for.
      const missing = notHeld({ ...actor, owner: false }, input.permissions);
      if (missing.length > 0) return { refused: { code: 'access/not-held', permissions: missing } };
      const expiresAt = await readExpiry(context, input.expiresAt);
      if ('refused' in expiresAt) return expiresAt;
      const holder = { administratorId: actor.id };
      const full = await tooManyKeys(context, holder);
      if (full) return { refused: full };
      const permissions = [...new Set(input.permissions)];
      const order: KeyOrder = { holder, name: input.name, permissions, expiresAt };
      const id = await storeKey(context, made, order);
      const self = await findAdministrator(context.tx, actor.id);
      const data = { name: order.name, ip: context.request.ip };
      return {
        answer: { id, kid: made.kid },
        events: [keyCreated(id, made.kid, order, actor.name)],
        touches: [`person:${actor.id}`],
        authority: [`person:${actor.id}`],
        notices: self ? [{ to: self, kind: 'key-made', data }] : []
      };
    }
  });

/** Ends a key of one's own at once. A second time changes nothing. */
export const revokeOwnKey = defineCommand('keys.revoke', {
  target: ({ keyId }) => ({ type: 'key', id: keyId }),
  async decide(context, { keyId }): Promise<Outcome<{ revoked: boolean }>> {
    const { tx, actor } = context;
    const key = await lockKey(tx, keyId, 'update');
    if (key?.administratorId !== actor.id) return { refused: { code: 'not-found', what: 'key' } };
    return revoke(context, key, actor.name, {
      touches: [`person:${actor.id}`],
      authority: [`person:${actor.id}`]
    });
  }
});

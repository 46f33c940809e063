import { notHeld } from '../../../core/access/access';
import type { Refusal } from '../../../core/access/refusal';
import type { AccountRow } from '../../db/tables/accounts-table';
import { keysOf, lockKey, ownerOf, readKeys, readKeyUses } from '../../db/tables/api-keys-table';
import { ownAccount, OWN_RECORD } from '../write-path/own-account';
import { keyCreated, type KeyOwner } from '../credentials/key-events';
import { accountRecord } from '../write-path/account-record';
import { askInSession } from '../write-path/ask';
import type { Caller } from '../write-path/caller';
import { defineCommand } from '../write-path/define-command';
import type { Deps } from '../write-path/deps';
import type { Decision, Outcome } from '../write-path/mutation';
import type { RefusalOr } from '../write-path/refusal-or';
import { keySummary, type KeySummary } from './key-summary';
import {
  readExpiry,
  revoke,
  SHOWN_ONCE,
  storeKey,
  tooManyKeys,
  tooManyKeysOfUser,
  type KeyOrder,
  type StoredKeyAnswer
} from './new-key';

export type OwnKey = KeySummary & { permissions: string[] };

/** One's own keys (APP-5), newest first: of an administrator or of a user. */
export function readOwnKeys(deps: Deps, caller: Caller): Promise<RefusalOr<OwnKey[]>> {
  const question = { name: 'keys.list', permission: null };
  return askInSession<OwnKey[]>(deps, caller, question, async (_actor, { person }) => {
    const keys = await readKeys(deps.db, keysOf(person));
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
export const createOwnKey = defineCommand('keys.create', {
  // Of two at once the second counts the first.
  ...OWN_RECORD,
  ...SHOWN_ONCE,
  target: () => ({ type: 'key', id: 'new' }),
  async decide(context, input, made): Promise<Outcome<StoredKeyAnswer>> {
    const self = ownAccount(context);
    if (!self) return { refused: { code: 'auth/signed-out' } };
    const refused = judgeScopes(context, input.permissions);
    if (refused) return { refused };
    const expiresAt = await readExpiry(context, input.expiresAt);
    if ('refused' in expiresAt) return expiresAt;
    const full = await noRoom(context, self);
    if (full) return { refused: full };
    const permissions = [...new Set(input.permissions)];
    const order: KeyOrder = { holder: keysOf(self), name: input.name, permissions, expiresAt };
    const id = await storeKey(context, made, order);
    const ref = accountRecord(self);
    const data = { name: order.name, ip: context.request.ip };
    return {
      answer: { id, kid: made.kid },
      events: [keyCreated({ id, kid: made.kid, name: order.name, permissions, expiresAt }, owner(self))],
      affects: [ref],
      authority: [ref],
      notices: [{ to: self, kind: 'key-made', data }]
    };
  }
});

/**
 * Reason a key may not be made for these permissions; null: whoever makes it holds them all. A permission that is
 * for staff alone counts as unknown to a user.
 */
function judgeScopes({ deps, actor, kind }: Decision, permissions: readonly string[]): Refusal | null {
  const { actions, forUsers } = deps.catalogue;
  const isKnown = (id: string) => actions.has(id) && (kind !== 'user' || forUsers.has(id));
  const unknown = permissions.filter((id) => !isKnown(id));
  if (unknown.length > 0)
    return { code: 'input/unknown-permission', field: 'permissions', permissions: unknown.slice(0, 20) };
  // The owner holds everything, and a key of theirs is worth what it was made for.
  const missing = notHeld({ ...actor, owner: false }, permissions);
  return missing.length > 0 ? { code: 'access/not-held', permissions: missing } : null;
}

async function noRoom(context: Decision, self: AccountRow): Promise<Refusal | null> {
  const user = context.users.get(self.id);
  const has = user && context.packages.get(user.packageId);
  return user && has ? tooManyKeysOfUser(context, user, has) : tooManyKeys(context, keysOf(self));
}

/** Ends a key of one's own at once. A second time changes nothing. */
export const revokeOwnKey = defineCommand('keys.revoke', {
  ...OWN_RECORD,
  target: ({ keyId }) => ({ type: 'key', id: keyId }),
  async decide(context, { keyId }): Promise<Outcome<{ revoked: boolean }>> {
    const self = ownAccount(context);
    if (!self) return { refused: { code: 'auth/signed-out' } };
    const key = await lockKey(context.tx, keyId, 'update');
    const of = key && ownerOf(key);
    if (!key || of?.type !== self.kind || of.id !== self.id)
      return { refused: { code: 'not-found', what: 'key' } };
    const ref = accountRecord(self);
    return revoke(context, key, owner(self), { affects: [ref], authority: [ref] });
  }
});

function owner({ kind, id, name }: AccountRow): KeyOwner {
  return { type: kind, id, name };
}

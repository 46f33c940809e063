import { randomUUID } from 'node:crypto';
import { DEFAULT_KEY_DAYS, MOST_KEYS } from '../../../core/applications/keys';
import { userCounts } from '../../../core/users/in-force';
import { MOST_USER_KEYS_A_DAY, noRoomForKey, roomForKey } from '../../../core/users/user-keys';
import type { Refusal } from '../../../core/access/refusal';
import { makeKey, type NewKey } from '../../auth/api-keys';
import type { AuthoritySubject } from '../../db/driver/notify';
import {
  countLiveKeys,
  countMadeKeys,
  insertKey,
  updateKey,
  type KeyHolder,
  type KeyRow
} from '../../db/tables/api-keys-table';
import type { PackageRow } from '../../db/tables/packages-table';
import { holdSettings } from '../../db/tables/settings-table';
import type { UserRow } from '../../db/tables/users-table';
import { keyRevoked, type KeyOwner } from '../credentials/key-events';
import { readSection } from '../stored-settings/read-section';
import type { AffectedRecord } from '../write-path/audit';
import type { Decision, Outcome } from '../write-path/mutation';
import type { RefusalOr } from '../write-path/refusal-or';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** Order of a new key. */
export type KeyOrder = {
  holder: KeyHolder;
  name: string;
  /** Permissions of a personal key. */
  permissions: string[] | null;
  expiresAt: Date;
};

/**
 * Expiry of a new key, or the refusal of a time that none may have (APP-2). A time up to an hour too late is cut
 * to the latest possible: the clock of whoever asks may be ahead. The setting stays as it is until this
 * transaction ends.
 */
export async function readExpiry(
  { tx }: Pick<Decision, 'tx'>,
  asked: string | undefined,
  now = new Date()
): Promise<Date | { refused: Refusal }> {
  await holdSettings(tx);
  const { mostDays } = await readSection(tx, 'keys');
  const latest = now.getTime() + mostDays * DAY;
  const wanted = asked === undefined ? now.getTime() + DEFAULT_KEY_DAYS * DAY : Date.parse(asked);
  const isPossible = asked === undefined || wanted <= latest + HOUR;
  if (wanted > now.getTime() && isPossible) return new Date(Math.min(wanted, latest));
  const message = `Choose a time within the next ${mostDays} days.`;
  return { refused: { code: 'input/invalid', field: 'expiresAt', message } };
}

/** The refusal for one key more than anybody may have; null when there is room. */
export async function tooManyKeys(
  { tx }: Decision,
  holder: KeyHolder,
  field = 'id'
): Promise<Refusal | null> {
  if ((await countLiveKeys(tx, holder)) < MOST_KEYS) return null;
  const message = `There are ${MOST_KEYS} working keys already. Revoke one first.`;
  return { code: 'input/invalid', field, message };
}

/** The same for a user, whose count of keys says how many it may have (TEN-2). Both of its records are locked. */
export async function tooManyKeysOfUser(
  { tx }: Decision,
  user: UserRow,
  has: PackageRow
): Promise<Refusal | null> {
  const holder = { userId: user.id };
  const { limit, source } = userCounts(has.counts, user.counts).keys;
  const full = (message: string): Refusal => ({ code: 'input/invalid', field: 'counts.keys', message });
  if (!roomForKey(limit, await countLiveKeys(tx, holder))) return full(noRoomForKey(limit, source));
  const made = await countMadeKeys(tx, holder, 24);
  if (made < MOST_USER_KEYS_A_DAY) return null;
  return full(`${made} API keys were made within a day. Make the next one tomorrow.`);
}

/** Stores a key that was made before the transaction; its id. */
export async function storeKey({ tx, actor }: Decision, made: NewKey, order: KeyOrder): Promise<string> {
  const id = randomUUID();
  const { kid, secretHash, last4 } = made;
  const { holder, ...rest } = order;
  await insertKey(tx, {
    id,
    kid,
    secretHash,
    last4,
    madeBy: actor.id,
    madeByName: actor.name,
    ...holder,
    ...rest
  });
  return id;
}

/**
 * `key` is the key itself, once: null when the same operation is asked for again (the answer that is kept has no
 * secret).
 */
export type KeyAnswer = { id: string; key: string | null };

/** Answer stored for the operation that made a key. */
export type StoredKeyAnswer = { id: string; kid: string };

/**
 * The phases of whatever makes a key: it is made before the transaction, and told with the answer that its making
 * was stored with.
 */
export const SHOWN_ONCE = {
  prepare: (): Promise<RefusalOr<NewKey>> => Promise.resolve({ answer: makeKey() }),
  told: (
    { id, kid }: StoredKeyAnswer,
    _input: unknown,
    { prepared: made }: { prepared: NewKey }
  ): KeyAnswer => ({
    id,
    key: kid === made.kid ? made.key : null
  })
};

/** Ends a locked key at once; of one that is revoked, nothing. `of`: whose it is. */
export async function revoke(
  { tx }: Decision,
  key: KeyRow,
  of: KeyOwner,
  tells: { affects: AffectedRecord[]; authority: AuthoritySubject[] }
): Promise<Outcome<{ revoked: boolean }>> {
  if (key.revokedAt !== null) return { answer: { revoked: false }, events: [], affects: [] };
  await updateKey(tx, key.id, { revokedAt: new Date(), revokedReason: 'revoked' });
  return { answer: { revoked: true }, events: [keyRevoked(key, of)], ...tells };
}

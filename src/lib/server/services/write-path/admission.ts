import { timingSafeEqual } from 'node:crypto';
import type { Refusal } from '../../../core/access/refusal';
import type { CapSettings } from '../../../core/quotas/caps';
import { parseKey } from '../../../core/applications/key-format';
import { isKeySecret } from '../../auth/api-keys';
import type { LiveSession } from '../../auth/sessions';
import type { Queryable } from '../../db/driver/client';
import type { AuditedTransaction } from '../../db/driver/transaction';
import { administratorAccount, findKnownAccount } from '../../db/tables/accounts-table';
import { findKnownAdministrator, lockAdministrators } from '../../db/tables/administrators-table';
import { findKey, findKeyByKid, lockKey, ownerOf, type KeyRow } from '../../db/tables/api-keys-table';
import { lockApplications, readApplications } from '../../db/tables/applications-table';
import { findSession, lockSession, type ValidSession } from '../../db/tables/sessions-table';
import { readRoles, type RoleRow } from '../../db/tables/roles-table';
import { findVisit } from '../../db/tables/visits-table';
import { readSection } from '../stored-settings/read-section';
import { heldBy, permissionsOf } from './authority';
import type { Caller, CallerKey, CallerSession } from './caller';
import type { Deps } from './deps';
import { unscoped } from './scope';
import {
  admitKey,
  admitSession,
  principalOf,
  type KeyHolderRow,
  type Principal,
  type Admitted
} from './principal';

/**
 * Admits a caller with their rights at this moment, for questions that change nothing; `live`: their session with
 * the rules for it.
 */
export async function admit(
  deps: Deps,
  caller: Caller
): Promise<{ principal: Principal; live: LiveSession | null } | { refused: Refusal }> {
  const { session, key } = caller;
  const { db } = unscoped(deps);
  const live = key === null && session !== null ? await findLive(db, session) : null;
  const standing = key
    ? admitKey(key, await findHolder(db, key), caller.request.ip)
    : admitSession(live, caller.request.ip);
  if ('code' in standing) return { refused: standing };
  const { staff } = standing;
  const roles = await readRoles(db, [standing.roleId, ...(staff ? [staff.roleId] : [])]);
  const holds = async (role: RoleRow | undefined, owner: boolean) =>
    role ? heldBy(deps, await permissionsOf(deps, db, owner, role), role) : new Set<string>();
  const role = roles.find(({ id }) => id === standing.roleId);
  const ofStaff = roles.find(({ id }) => id === staff?.roleId);
  const principal = principalOf(
    standing,
    role,
    await holds(role, standing.owner),
    await holds(ofStaff, staff?.owner ?? false)
  );
  return 'code' in principal ? { refused: principal } : { principal, live };
}

/** A session that stands, or a visit. */
function findLive(db: Queryable, { sid, visit }: CallerSession): Promise<LiveSession | null> {
  return visit ? findVisit(db, sid) : findSession(db, sid);
}

/**
 * The same before their role is known, held until the transaction ends: neither can the session or the key be
 * ended, nor its holder be changed meanwhile. The holder is locked before the credential, as by everybody who ends
 * one.
 */
export async function lockCaller(tx: AuditedTransaction, caller: Caller): Promise<Admitted | Refusal> {
  const { session, key } = caller;
  if (key) return admitKey(key, await lockHolder(tx, key), caller.request.ip);
  const admitted = admitSession(session && (await lockClaimed(tx, session)), caller.request.ip);
  if (session?.claim) session.claim.admitted = 'code' in admitted ? null : admitted;
  return admitted;
}

/** A session that stands, locked; null also when it was not looked up and has another secret than its cookie. */
async function lockClaimed(tx: AuditedTransaction, session: CallerSession): Promise<ValidSession | null> {
  const standing = await lockSession(tx, session);
  const { claim } = session;
  if (!standing || !claim) return standing;
  return timingSafeEqual(claim.secretHash, standing.session.secretHash) ? standing : null;
}

/**
 * Finds the key that came with a request, with how many calls a minute its holder has. What it may be used for is
 * judged where it is.
 * @returns why it is none: it is mistyped, its secret is wrong, or nobody knows it; or which it is, and why it is
 * not taken
 */
export async function callerKey(
  db: Queryable,
  text: string | undefined,
  ip: string | null
): Promise<{ key: CallerKey; perMinute: number | null } | { refused: Refusal; key?: CallerKey }> {
  const parts = text === undefined ? null : parseKey(text);
  const row = parts && (await findKeyByKid(db, parts.kid));
  if (!row || !isKeySecret(parts.secret, row.secretHash))
    return { refused: { code: 'auth/key', reason: 'unknown' } };
  const key = { id: row.id, kid: row.kid, holder: ownerOf(row) };
  const standing = admitKey(key, await findHolder(db, key), ip);
  return 'code' in standing ? { refused: standing, key } : { key, perMinute: standing.perMinute };
}

type Found = { key: KeyRow; holder: KeyHolderRow | null };

async function findHolder(db: Queryable, { id, holder }: CallerKey): Promise<Found | null> {
  const key = await findKey(db, id);
  if (!key) return null;
  if (holder.type === 'application') {
    const [application] = await readApplications(db, [holder.id]);
    return { key, holder: application ? { application, makerCaps: await makerCaps(db, key) } : null };
  }
  const person = await findKnownAccount(db, { kind: holder.type, id: holder.id });
  return { key, holder: person && { person, platform2fa: await readSection(db, 'twoFactor') } };
}

/** Locks the holder of a key with which something is changed: no user does that. */
async function lockHolder(tx: AuditedTransaction, { id, holder }: CallerKey): Promise<Found | null> {
  const locks = [{ id: holder.id, mode: 'share' as const }];
  const application =
    holder.type === 'application' ? (await lockApplications(tx, locks)).get(holder.id) : undefined;
  const person =
    holder.type === 'administrator' ? (await lockAdministrators(tx, locks)).get(holder.id) : undefined;
  const key = await lockKey(tx, id, 'share');
  if (!key) return null;
  if (application) return { key, holder: { application, makerCaps: await makerCaps(tx, key) } };
  return {
    key,
    holder: person
      ? { person: administratorAccount(person), platform2fa: await readSection(tx, 'twoFactor') }
      : null
  };
}

/** The caps of the active administrator who made a key; null: there is none such. */
async function makerCaps(db: Queryable, { madeBy }: KeyRow): Promise<CapSettings | null> {
  const maker = madeBy === null ? null : await findKnownAdministrator(db, madeBy);
  return maker?.status === 'active' && maker.deletedAt === null ? maker.caps : null;
}

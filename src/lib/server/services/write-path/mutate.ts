import type { PermissionId } from '../../../core/access/catalogue/permission-ids';
import { canonicalJson, type Json } from '../../../core/log/canonical-json';
import { notFor } from '../../../core/applications/only-by';
import type { AuditActor } from '../../../core/log/entry';
import { requirePermission } from '../../../core/access/access';
import { decideRoleKind, type RoleKind } from '../../../core/roles/role-kinds';
import type { Refusal } from '../../../core/access/refusal';
import type { AccountKind } from '../../../core/sign-in/account';
import { sha256 } from '../../auth/token';
import { sqlState } from '../../db/driver/client';
import { notifyAuthority, notifyNews } from '../../db/driver/notify';
import { findAnswer, storeAnswer } from '../../db/tables/operations-table';
import { pipelined } from '../../db/driver/pipelined';
import { lockRoles, type RoleLock, type RoleRow } from '../../db/tables/roles-table';
import {
  auditedTransaction,
  committed,
  StartOver,
  type AuditedTransaction
} from '../../db/driver/transaction';
import { ask } from './ask';
import { record, recordMost } from './audit';
import { requestFingerprints } from './request-fingerprints';
import { lockCaller } from './admission';
import { heldBy, permissionsOf } from './authority';
import { askingOf, callerId, type Caller } from './caller';
import type { Deps } from './deps';
import { readEditedRole, type EditedRole } from './edited-role';
import { deniedEvent, isDenial } from './denied-event';
import { lockRecords, type LockedRecords, type RecordNames } from './lock-records';
import type { Answer, OperationInput, Mutation, Outcome, Prepared } from './mutation';
import { sendNotices } from './notices';
import { noting } from './permit-counter';
import { principalOf } from './principal';
import type { RefusalOr } from './refusal-or';
import { isProved } from './session-policy';
import { mustBeScoped } from './scope';
import { notForUsers, notInVisit, notWhileClosing } from './user-fence';

/**
 * The one way to change something (DESIGN 2): one transaction that looks the operation up, locks what the decision
 * depends on, decides, writes rows, entry and answer, and announces it all with its commit. Before it the use case
 * prepares; after it, it says what is told.
 */
export async function mutate<I extends OperationInput, A, P, T>(
  deps: Deps,
  caller: Caller,
  mutation: Mutation<I, A, P, T>,
  input: I
): Promise<Answer<T>> {
  const barred = barredAtOnce(deps, caller, mutation.name);
  if (barred) return { refused: barred };
  const ready = await prepare(deps, caller, mutation, input);
  if ('refused' in ready) return ready;
  const prepared = ready.answer;
  const run = { deps, caller, mutation, input, by: { caller, prepared } };
  const permitted: Permitted[] = [];
  const kept = await attempt(run, { verdict: null, permitted }).catch((error: unknown) => {
    // Judged at commit, when all else was decided: the change is gone, its refusal is recorded on its own (ACC-5).
    if (sqlState(error) !== LAST_SUPER) throw error;
    return attempt(run, { verdict: { code: 'access/last-super' }, permitted });
  });
  if ('refused' in kept) return kept;
  // Committed: what it took was used.
  const last = permitted.at(-1);
  if (last) deps.permits?.permitted(last.kind, last.id, last.used);
  // Without words of its own an answer is told as it is kept: `T` is `A` then.
  return { answer: mutation.told?.(kept.answer, input, { deps, prepared }) ?? (kept.answer as unknown as T) };
}

/** The refusal of whoever may not ask for this at all, whatever their rights are; null: it is judged. */
function barredAtOnce(deps: Deps, caller: Caller, name: string): Refusal | null {
  mustBeScoped(deps, caller);
  const fenced = notForUsers(deps, caller, name) ?? notInVisit(caller.session?.visit, name);
  if (fenced) return fenced;
  // What a user changes is its own account, which only people do.
  return caller.key?.holder.type === 'user' ? { code: 'access/people-only' } : null;
}

async function prepare<I extends OperationInput, A, P, T>(
  deps: Deps,
  caller: Caller,
  mutation: Mutation<I, A, P, T>,
  input: I
): Promise<RefusalOr<P>> {
  // Where nothing is prepared, `P` is undefined.
  if (!mutation.prepare) return { answer: undefined as P };
  const permission = permissionOf(mutation, input, askingOf(caller)?.kind);
  const question = { name: mutation.name, permission, sensitive: isSensitive(mutation, input) };
  return mutation.prepare({ deps, caller, permitted: (work) => ask(deps, caller, question, work) }, input);
}

/** One call of a use case. */
type Run<I extends OperationInput, A, P, T> = {
  deps: Deps;
  caller: Caller;
  mutation: Mutation<I, A, P, T>;
  input: I;
  by: Prepared<P>;
};

/** Permissions asked for and held in one run of a mutation; of several runs the last one counts. */
type Permitted = { kind: AuditActor['type']; id: string; used: ReadonlySet<string> };

/** Error code of the database when no usable Super Administrator would be left (drizzle/0004). */
const LAST_SUPER = 'RC001';

/**
 * One run of a mutation; `verdict`: what the database decided about the run before; `permitted`: is told what was
 * used.
 */
async function attempt<I extends OperationInput, A, P, T>(
  run: Run<I, A, P, T>,
  { verdict, permitted }: { verdict: Refusal | null; permitted: Permitted[] }
): Promise<Answer<A>> {
  const { deps, caller, mutation, input } = run;
  const callerIs = callerId(caller);
  if (callerIs === null) return { refused: { code: 'auth/signed-out' } };
  const kept = mutation.kept?.(input, deps) ?? input;
  const request = requestHash(mutation.name, kept);

  let expected = expectedRole(caller, mutation);
  return auditedTransaction(deps.db, async (tx): Promise<Answer<A>> => {
    const locked = lockRecords(tx, caller, mutation, { input, by: run.by });
    // What comes after a look at rows would overtake the locks that follow from them.
    if (mutation.applications || mutation.users) await locked;
    const [records, standing, earlier, atOnce] = await pipelined([
      locked,
      lockCaller(tx, caller),
      findAnswer(tx, callerIs, input.op),
      expected === null ? NOT_YET : lockRolesToo(run, tx, expected, null)
    ]);
    if ('code' in standing) return { refused: standing };

    if (expected !== null && standing.roleId !== expected) {
      // The right one may come before the locked ones in the order of all.
      expected = null;
      throw new StartOver('whoever acts has another role now');
    }
    const [locks, edited] = atOnce ?? (await lockRolesToo(run, tx, standing.roleId, records));
    const ownRole = locks.get(standing.roleId);
    const held = ownRole ? await ownRights(deps, tx, standing.owner, ownRole) : NOTHING;
    const principal = principalOf(standing, ownRole, held);
    if ('code' in principal) return { refused: principal };
    if (earlier) return repeated<A>(earlier, request);
    const { audit, session } = principal;
    const { actor, used } = noting(principal.actor);
    permitted.push({ kind: audit.type, id: actor.id, used });

    const permission = permissionOf(mutation, input, askingOf(caller)?.kind);
    const missing =
      notFor(mutation.by, caller) ??
      notWhileClosing(principal, mutation.name) ??
      (permission === null ? null : requirePermission(actor, permission));
    // Asked for, not refused: neither stored nor logged, so that the same operation can go on once the password was
    // given.
    if (!missing && session && isSensitive(mutation, input) && !isProved(session))
      return { refused: { code: 'auth/reauthenticate' } };
    const refused = missing ?? verdict;
    const roles = ofKind(locks, mutation.roles ?? 'administrator');
    const acting = { actor, session, kind: audit.type, request: caller.request };
    const context = { ...records, ...acting, deps, tx, roles, edited };
    const outcome: Outcome<A> = refused
      ? { refused }
      : await mutation.decide(context, input, run.by.prepared);

    const by = { actor: audit, request: caller.request, op: input.op, claimedAt: input.claimedAt };
    return write(tx, { by, callerIs, request, run, kept }, outcome);
  });
}

/** Permissions of whoever acts, through their own role. */
async function ownRights(
  deps: Deps,
  tx: AuditedTransaction,
  isOwner: boolean,
  role: RoleRow
): Promise<ReadonlySet<string>> {
  return heldBy(deps, await permissionsOf(deps, tx, isOwner, role), role);
}

/** Answer given to an operation before: it is not done again, and its id is of no use for another request. */
function repeated<A>(earlier: { request: Uint8Array; answer: unknown }, request: Buffer): Answer<A> {
  if (!Buffer.from(earlier.request).equals(request))
    return { refused: { code: 'input/op-reused', field: 'op' } };
  return earlier.answer as Answer<A>;
}

/**
 * Role of whoever acts, as the request knew it, where no other role follows from what must be locked first; null: it
 * is asked for.
 */
function expectedRole({ session, key }: Caller, named: RecordNames<never, never>): string | null {
  const asksFirst = named.people ?? named.stewards ?? named.users ?? named.packages ?? named.applications;
  return key || asksFirst ? null : (session?.roleId ?? null);
}

const NOT_YET = Promise.resolve(null);

/** Locks the roles that a decision depends on, and reads what the edit of one of them does, in one trip. */
async function lockRolesToo<I extends OperationInput, A, P, T>(
  { deps, mutation, input }: Run<I, A, P, T>,
  tx: AuditedTransaction,
  own: string,
  records: LockedRecords | null
): Promise<readonly [Map<string, RoleRow>, EditedRole | null]> {
  return pipelined([
    lockRoles(tx, rolesOf(own, records, mutation, input)),
    mutation.edits ? readEditedRole(deps, tx, mutation.edits(input)) : NOT_YET
  ]);
}

/**
 * The roles that a decision depends on: the actor's own, those of whom it is about, and those that the mutation
 * names.
 */
function rolesOf<I extends OperationInput>(
  own: string,
  records: LockedRecords | null,
  mutation: { locks?(input: I): RoleLock[] },
  input: I
): RoleLock[] {
  const about = records ? [...records.people.values(), ...records.packages.values()] : [];
  const shared = [own, ...about.map(({ roleId }) => roleId)].map((id) => ({ id, mode: 'share' as const }));
  return [...shared, ...(mutation.locks?.(input) ?? [])];
}

type Attempt<I extends OperationInput, A, P, T> = {
  by: Parameters<typeof record>[1];
  callerIs: string;
  request: Buffer;
  run: Run<I, A, P, T>;
  kept: OperationInput;
};

/** Writes entries and answer, and announces both with the commit. */
async function write<I extends OperationInput, A, P, T>(
  tx: AuditedTransaction,
  { by, callerIs, request, run, kept }: Attempt<I, A, P, T>,
  outcome: Outcome<A>
): Promise<Answer<A>> {
  const { mutation, input } = run;
  const answer: Answer<A> = 'refused' in outcome ? { refused: outcome.refused } : { answer: outcome.answer };
  const parts = requestFingerprints(mutation.name, kept);
  const target = mutation.target(input, run.by);
  const about = target.type === 'user' ? target.id : null;
  const stored = { actor: callerIs, op: input.op, request, answer, parts, about };
  if ('refused' in outcome) {
    const denied = isDenial(outcome.refused) ? [deniedEvent(mutation.name, target, outcome.refused)] : [];
    await pipelined([...denied.map((event) => record(tx, by, event, [])), storeAnswer(tx, stored)]);
  } else {
    const { writes = [], notices = [] } = outcome;
    const { events, affects } = await recordMost(tx, by, outcome);
    // Who is told by mail, and whether a denial is counted, depends on a look at rows: then the commit waits.
    const isAll = notices.length === 0 && events.every(({ action }) => action !== 'access.denied');
    // Stored even when nothing was to change: a copy of this request that comes late must not find something to
    // change then.
    const last = [
      ...writes.map((write) => write(tx)),
      ...events.map((event, at) => record(tx, by, event, at === 0 ? affects : [])),
      notifyAuthority(tx, outcome.authority ?? []),
      sendNotices(tx, notices),
      notifyNews(tx, outcome.news ?? []),
      storeAnswer(tx, stored)
    ];
    await (isAll ? committed(tx, last) : pipelined(last));
  }
  return answer;
}

function permissionOf<I extends OperationInput>(
  { permission, permissionOfUsers }: Pick<Mutation<I, never>, 'permission' | 'permissionOfUsers'>,
  input: I,
  kind: AccountKind | undefined
): PermissionId | null {
  if (kind === 'user' && permissionOfUsers !== undefined) return permissionOfUsers;
  return typeof permission === 'function' ? permission(input) : permission;
}

function isSensitive<I extends OperationInput>(
  { sensitive }: Pick<Mutation<I, never>, 'sensitive'>,
  input: I
): boolean {
  return typeof sensitive === 'function' ? sensitive(input) : (sensitive ?? false);
}

function ofKind(locked: ReadonlyMap<string, RoleRow>, kind: RoleKind): Map<string, RoleRow> {
  return new Map([...locked].filter(([, role]) => decideRoleKind(role, kind) === null));
}

const NOTHING: ReadonlySet<string> = new Set();

/**
 * Hash of what is asked. The time it was made on a device is no part of it: what a list of people asked for may be
 * asked again for each of them.
 */
export function requestHash(name: string, { claimedAt: _, ...asked }: OperationInput): Buffer {
  return sha256(`${name}\n${canonicalJson(asked as Json)}`);
}

import type { PermissionId } from '../../../core/access/catalogue/permission-ids';
import { canonicalJson, type Json } from '../../../core/log/canonical-json';
import { notFor, type OnlyBy } from '../../../core/applications/only-by';
import type { AuditActor, AuditEvent } from '../../../core/log/entry';
import { requirePermission } from '../../../core/access/access';
import { decideRoleKind, type RoleKind } from '../../../core/roles/role-kinds';
import type { Refusal } from '../../../core/access/refusal';
import type { AccountKind } from '../../../core/sign-in/account';
import { sha256 } from '../../auth/token';
import { sqlState } from '../../db/driver/client';
import { notifyAuthority, notifyNews, type AuthoritySubject } from '../../db/driver/notify';
import { findAnswer, storeAnswer } from '../../db/tables/operations-table';
import { pipelined } from '../../db/driver/pipelined';
import { lockRoles, type RoleLock, type RoleRow } from '../../db/tables/roles-table';
import type { SessionRow } from '../../db/tables/sessions-table';
import { auditedTransaction, type AuditedTransaction } from '../../db/driver/transaction';
import { record, type Touch } from './audit';
import { askedPrints } from './asked-prints';
import type { ActingPerson } from './acting-person';
import { lockCaller } from './admission';
import { heldBy, permissionsOf } from './authority';
import { askingOf, callerId, type Caller, type RequestFacts } from './caller';
import type { Deps } from './deps';
import { deniedEvent, isDenial } from './denied-event';
import { lockRecords, type LockedRecords, type RecordNames } from './lock-records';
import { tell, type Notice } from './notices';
import { noting } from './permit-counter';
import { principalOf } from './principal';
import { isProved } from './session-policy';
import { mustBeScoped } from './scope';
import { notForUsers, notInVisit, notWhileClosing } from './user-fence';

/** What a decision leads to. A refusal changes nothing; it is answered, and logged where it is one of authority. */
export type Outcome<A> =
  | { refused: Refusal }
  | {
      answer: A;
      events: AuditEvent[];
      /** What the documents must be told. */
      touches: Touch[];
      /** Whose open pages and sockets must be judged anew. */
      authority?: AuthoritySubject[];
      /** Who is told what, on screen and by mail. */
      notices?: Notice[];
      /** People for whom something changed that no document shows: their open pages ask again. */
      news?: string[];
    };

export type Answer<A> = { refused: Refusal } | { answer: A };

/** What every question that changes something carries. */
export type Asked = {
  op: string;
  /** When it was made on a device without a connection, by that device's clock. */
  claimedAt?: string | undefined;
};

/** A use case that changes something. */
export type Mutation<I extends Asked, A> = RecordNames<I> & {
  /** Name of the procedure: part of the operation's identity. */
  name: string;
  /** What the actor must hold; null when the decision asks for it part by part, or it is about the actor alone. */
  permission: PermissionId | null | ((input: I) => PermissionId);
  /** What a user must hold in place of that; absent: the same. */
  permissionOfUsers?: PermissionId | null | undefined;
  /** Whether the password must have been proved lately (AUT-4). */
  sensitive?: boolean | ((input: I) => boolean);
  /** Who alone may ask for it; absent: whoever holds the permission. */
  by?: OnlyBy | undefined;
  /** Of which kind the roles are that it names (TEN-4); absent: of administrators. */
  roles?: RoleKind | undefined;
  /** Roles the decision depends on, besides the actor's own and those of `people` and packages. */
  locks?(input: I): RoleLock[];
  /** What the attempt is about, for the log of a refusal. */
  target(input: I): { type: string; id: string };
  decide(context: Decision, input: I): Promise<Outcome<A>>;
};

/** One that takes a permission whatever it is asked. */
export type PermittedMutation<I extends Asked, A> = Omit<Mutation<I, A>, 'permission'> & {
  permission: PermissionId;
};

/** What a decision may look at. Everything in it is locked until the transaction ends. */
export type Decision = LockedRecords & {
  deps: Deps;
  tx: AuditedTransaction;
  actor: ActingPerson;
  /** The session the actor acts through; null: a key. What is by `session` alone has one. */
  session: SessionRow | null;
  /** Who acts: a person, by whatever credential, or an application. */
  kind: AuditActor['type'];
  request: RequestFacts;
  /** Those of the mutation's kind: any other is not there for it. */
  roles: ReadonlyMap<string, RoleRow>;
};

/** The session of a decision of people alone. @throws when there is none: the command does not say `by: 'session'` */
export function ownSession({ session }: Pick<Decision, 'session'>): SessionRow {
  if (!session) throw new Error('a command that takes a session was asked for with a key');
  return session;
}

/**
 * The one way to change something (DESIGN 2): one transaction that looks the operation up, locks what the decision depends on,
 * decides, writes rows, entry and answer, and announces it all with its commit.
 */
export async function mutate<I extends Asked, A>(
  deps: Deps,
  caller: Caller,
  mutation: Mutation<I, A>,
  input: I
): Promise<Answer<A>> {
  const permitted: Permitted[] = [];
  const answer = await attempt(deps, caller, mutation, input, { verdict: null, permitted }).catch(
    (error: unknown) => {
      // Judged at commit, when all else was decided: the change is gone, its refusal is recorded on its own (ACC-5).
      if (sqlState(error) !== LAST_SUPER) throw error;
      const verdict: Refusal = { code: 'access/last-super' };
      return attempt(deps, caller, mutation, input, { verdict, permitted });
    }
  );
  // Committed: what it took was used.
  const last = permitted.at(-1);
  if (last && !('refused' in answer)) deps.permits?.permitted(last.kind, last.id, last.used);
  return answer;
}

/** What was asked for and held in one run of a mutation; of several runs the last one counts. */
type Permitted = { kind: AuditActor['type']; id: string; used: ReadonlySet<string> };

/** What the database says when no usable Super Administrator would be left (drizzle/0004). */
const LAST_SUPER = 'RC001';

/** One run of a mutation; `verdict`: what the database decided about the run before; `permitted`: is told what was used. */
async function attempt<I extends Asked, A>(
  deps: Deps,
  caller: Caller,
  mutation: Mutation<I, A>,
  input: I,
  { verdict, permitted }: { verdict: Refusal | null; permitted: Permitted[] }
): Promise<Answer<A>> {
  mustBeScoped(deps, caller);
  const fenced = notForUsers(deps, caller, mutation.name) ?? notInVisit(caller.session?.visit, mutation.name);
  if (fenced) return { refused: fenced };
  const callerIs = callerId(caller);
  if (callerIs === null) return { refused: { code: 'auth/signed-out' } };
  // What a user changes is its own account, which only people do.
  if (caller.key?.holder.type === 'user') return { refused: { code: 'access/people-only' } };
  const request = requestHash(mutation.name, input);

  return auditedTransaction(deps.db, async (tx): Promise<Answer<A>> => {
    const locked = lockRecords(tx, caller, mutation, input);
    // What comes after a look at rows would overtake the locks that follow from them.
    if (mutation.applications || mutation.users) await locked;
    const [records, standing, earlier] = await pipelined([
      locked,
      lockCaller(tx, caller),
      findAnswer(tx, callerIs, input.op)
    ]);
    if ('code' in standing) return { refused: standing };

    if (earlier) return repeated<A>(earlier, request);
    const locks = await lockRoles(tx, rolesOf(standing.roleId, records, mutation, input));
    const ownRole = locks.get(standing.roleId);
    const held = ownRole ? await ownRights(deps, tx, standing.owner, ownRole) : NOTHING;
    const principal = principalOf(standing, ownRole, held);
    if ('code' in principal) return { refused: principal };
    const { audit, session } = principal;
    const { actor, used } = noting(principal.actor);
    permitted.push({ kind: audit.type, id: actor.id, used });

    const permission = permissionOf(mutation, input, askingOf(caller)?.kind);
    const missing =
      notFor(mutation.by, caller) ??
      notWhileClosing(principal, mutation.name) ??
      (permission === null ? null : requirePermission(actor, permission));
    // Asked for, not refused: neither stored nor logged, so that the same operation can go on once the password was given.
    if (!missing && session && isSensitive(mutation, input) && !isProved(session))
      return { refused: { code: 'auth/reauthenticate' } };
    const refused = missing ?? verdict;
    const roles = ofKind(locks, mutation.roles ?? 'administrator');
    const acting = { actor, session, kind: audit.type, request: caller.request };
    const context = { ...records, ...acting, deps, tx, roles };
    const outcome: Outcome<A> = refused ? { refused } : await mutation.decide(context, input);

    const by = { actor: audit, request: caller.request, op: input.op, claimedAt: input.claimedAt };
    return write(tx, { by, callerIs, request, mutation, input }, outcome);
  });
}

/** What whoever acts holds, through their own role. */
async function ownRights(
  deps: Deps,
  tx: AuditedTransaction,
  isOwner: boolean,
  role: RoleRow
): Promise<ReadonlySet<string>> {
  return heldBy(deps, await permissionsOf(deps, tx, isOwner, role), role);
}

/** What an operation was answered before: it is not done again, and its id is of no use for another request. */
function repeated<A>(earlier: { request: Uint8Array; answer: unknown }, request: Buffer): Answer<A> {
  if (!Buffer.from(earlier.request).equals(request))
    return { refused: { code: 'input/op-reused', field: 'op' } };
  return earlier.answer as Answer<A>;
}

/** The roles that a decision depends on: the actor's own, those of whom it is about, and those that the mutation names. */
function rolesOf<I extends Asked, A>(
  own: string,
  { people, packages }: LockedRecords,
  mutation: Mutation<I, A>,
  input: I
): RoleLock[] {
  const about = [...people.values(), ...packages.values()].map(({ roleId }) => roleId);
  const shared = [own, ...about].map((id) => ({ id, mode: 'share' as const }));
  return [...shared, ...(mutation.locks?.(input) ?? [])];
}

type Attempt<I extends Asked, A> = {
  by: Parameters<typeof record>[1];
  callerIs: string;
  request: Buffer;
  mutation: Mutation<I, A>;
  input: I;
};

/** Writes entries and answer, and announces both with the commit. */
async function write<I extends Asked, A>(
  tx: AuditedTransaction,
  { by, callerIs, request, mutation, input }: Attempt<I, A>,
  outcome: Outcome<A>
): Promise<Answer<A>> {
  const answer: Answer<A> = 'refused' in outcome ? { refused: outcome.refused } : { answer: outcome.answer };
  const parts = askedPrints(mutation.name, input);
  const target = mutation.target(input);
  const about = target.type === 'user' ? target.id : null;
  const stored = { actor: callerIs, op: input.op, request, answer, parts, about };
  if ('refused' in outcome) {
    const denied = isDenial(outcome.refused) ? [deniedEvent(mutation.name, target, outcome.refused)] : [];
    await pipelined([...denied.map((event) => record(tx, by, event, [])), storeAnswer(tx, stored)]);
  } else {
    // Stored even when nothing was to change: a copy of this request that comes late must not find something to change then.
    await pipelined([
      ...outcome.events.map((event, at) => record(tx, by, event, at === 0 ? outcome.touches : [])),
      notifyAuthority(tx, outcome.authority ?? []),
      tell(tx, outcome.notices ?? []),
      notifyNews(tx, outcome.news ?? []),
      storeAnswer(tx, stored)
    ]);
  }
  return answer;
}

function permissionOf<I extends Asked, A>(
  { permission, permissionOfUsers }: Mutation<I, A>,
  input: I,
  kind: AccountKind | undefined
): PermissionId | null {
  if (kind === 'user' && permissionOfUsers !== undefined) return permissionOfUsers;
  return typeof permission === 'function' ? permission(input) : permission;
}

function isSensitive<I extends Asked, A>({ sensitive }: Mutation<I, A>, input: I): boolean {
  return typeof sensitive === 'function' ? sensitive(input) : (sensitive ?? false);
}

function ofKind(locked: ReadonlyMap<string, RoleRow>, kind: RoleKind): Map<string, RoleRow> {
  return new Map([...locked].filter(([, role]) => decideRoleKind(role, kind) === null));
}

const NOTHING: ReadonlySet<string> = new Set();

/** What is asked. When it was made is no part of it: what a list of people asked for may be asked again for each of them. */
export function requestHash(name: string, { claimedAt: _, ...asked }: Asked): Buffer {
  return sha256(`${name}\n${canonicalJson(asked as Json)}`);
}

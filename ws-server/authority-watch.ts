import { mayMeetReaders, permissionsToRead } from '../src/lib/protocol/document-access';
import { CLOSE } from '../src/lib/protocol/close-codes';
import type { AuthoritySubject } from '../src/lib/server/db/driver/notify';
import { ROLE_KINDS, ROLE_RIGHTS } from '../src/lib/core/roles/role-kinds';
import { rightsInVisit } from '../src/lib/core/users/visits';
import { roleOfDocument } from '../src/lib/protocol/documents';
import { readRoles, type RoleRow } from '../src/lib/server/db/tables/roles-table';
import { validSessions } from '../src/lib/server/db/tables/sessions-table';
import { validVisits } from '../src/lib/server/db/tables/visits-table';
import type { LiveSession } from '../src/lib/server/auth/sessions';
import { permissionsOf } from '../src/lib/server/services/write-path/authority';
import type { Deps } from '../src/lib/server/services/write-path/deps';
import { callerSession } from '../src/lib/server/services/write-path/session-policy';
import type { Connection, Holder } from './connection';
import { isConcerned } from './concerned';
import { tellUsers } from './news';
import { RoleKinds } from './role-kinds';
import { opensToUsers } from './user-documents';

/**
 * Holder of a session's sockets; null when it may have none: steps of its sign-in are left, or it comes from
 * elsewhere.
 */
export function holderOf(live: LiveSession, address: string): Holder | null {
  const session = callerSession(live, address);
  if (session?.step !== 'ready') return null;
  const { kind, name, roleId, packageId, owner } = live.person;
  const { visit } = live;
  return {
    sid: session.sid,
    personId: session.personId,
    kind,
    name,
    roleId,
    packageId,
    owner,
    seesUsage: kind === 'administrator',
    visit: visit
      ? {
          by: { id: visit.by.id, roleId: visit.by.roleId, owner: visit.by.owner },
          parentSid: visit.parentSid
        }
      : null
  };
}

/**
 * Judges open sockets anew: at once when a session, person or role changed, and all of them every few seconds in case a
 * notification was lost (S-05). One round at a time; what arrives meanwhile is one more round.
 */
export class AuthorityWatch {
  readonly #deps: Deps;
  readonly #connections: () => Iterable<Connection>;
  readonly #kinds: RoleKinds;
  readonly #subjects = new Set<AuthoritySubject | 'all'>();
  #running: Promise<void> | null = null;

  constructor(deps: Deps, connections: () => Iterable<Connection>) {
    this.#deps = deps;
    this.#connections = connections;
    this.#kinds = new RoleKinds(deps);
  }

  /**
   * Reason somebody may not read a document, as the code that closes their socket, by what the database says now;
   * null: they may. Whoever sees one kind of roles alone learns no more of a role of the other kind than of one that
   * never was (TEN-4).
   */
  async barred(holder: Holder, document: Connection['document']): Promise<number | null> {
    if (holder.kind === 'user') return opensToUsers(this.#deps, document) ? null : CLOSE.noSuchDocument;
    const kind = await this.#kinds.of(document);
    const needed = permissionsToRead(document, holder.roleId, kind);
    if (needed.length === 0) return null;
    const [role] = await readRoles(this.#deps.db, [holder.roleId]);
    if (!role) return CLOSE.notAllowed;
    const held = await permissionsOf(this.#deps, this.#deps.db, holder.owner, role);
    if (needed.every((permission) => held.has(permission))) {
      this.#deps.permits?.permitted('administrator', holder.personId, needed);
      return null;
    }
    const seesRoles = ROLE_KINDS.some((each) => held.has(ROLE_RIGHTS[each].view));
    return roleOfDocument(document) !== null && seesRoles ? CLOSE.noSuchDocument : CLOSE.notAllowed;
  }

  /** Something changed for this subject. */
  judge(subject: AuthoritySubject | 'all'): Promise<void> {
    this.#subjects.add(subject);
    this.#running ??= this.#rounds().finally(() => (this.#running = null));
    return this.#running;
  }

  /** Judges a socket that has just been listed, before it is told anything; closes it when it may not be here. */
  admit(connection: Connection): Promise<void> {
    return this.#round([connection]);
  }

  async #rounds(): Promise<void> {
    while (this.#subjects.size > 0) {
      const subjects = new Set(this.#subjects);
      this.#subjects.clear();
      const concerned = [...this.#connections()].filter((connection) => isConcerned(connection, subjects));
      if (concerned.length === 0) continue;
      try {
        await this.#round(concerned);
        tellUsers(concerned, subjects);
      } catch (error) {
        // Not known is not allowed for ever: the next look comes within seconds and judges everybody.
        this.#deps.log.warn({ err: error }, 'authority of open sockets could not be judged');
      }
    }
  }

  async #round(connections: readonly Connection[]): Promise<void> {
    const sids = (isVisit: boolean) => [
      ...new Set(
        connections.flatMap(({ holder: { sid, visit } }) => ((visit !== null) === isVisit ? sid : []))
      )
    ];
    const { db } = this.#deps;
    const standing = new Map([
      ...(await validSessions(db, sids(false))),
      ...(await validVisits(db, sids(true)))
    ]);
    const roleIds = [
      ...new Set(
        [...standing.values()].flatMap(({ person, visit }) => [person.roleId, visit?.by.roleId ?? []].flat())
      )
    ];
    const roles = new Map((await readRoles(this.#deps.db, roleIds)).map((role) => [role.id, role]));
    for (const connection of connections) {
      const live = standing.get(connection.holder.sid);
      const now = live && holderOf(live, connection.address);
      const role = now && roles.get(now.roleId);
      if (!now || !role) {
        connection.close(CLOSE.signedOut, 'signed out');
        continue;
      }
      connection.holder = now;
      if (now.kind === 'user') {
        if (!opensToUsers(this.#deps, connection.document)) {
          connection.close(CLOSE.noSuchDocument, 'no such document');
          continue;
        }
        const held = await this.#heldInRoom(now, role, roles);
        if (held === null) {
          connection.close(CLOSE.signedOut, 'signed out');
          continue;
        }
        now.seesUsage = held.has('quotas.admin_quota.view_usage_own');
        // Nobody else is in a room of one's own.
        connection.setMeets(false);
        continue;
      }
      const kind = await this.#kinds.of(connection.document);
      const needed = permissionsToRead(connection.document, now.roleId, kind);
      const held = await permissionsOf(this.#deps, this.#deps.db, now.owner, role);
      if (!needed.every((permission) => held.has(permission)))
        connection.close(CLOSE.notAllowed, 'no longer allowed');
      else connection.setMeets(mayMeetReaders(connection.document, held, kind));
    }
  }

  /** Rights of a user, and of the staff member who acts in its place; null: they may do nothing any more. */
  async #heldInRoom(
    { visit }: Holder,
    role: RoleRow,
    roles: ReadonlyMap<string, RoleRow>
  ): Promise<ReadonlySet<string> | null> {
    const held = await permissionsOf(this.#deps, this.#deps.db, false, role);
    if (!visit) return held;
    const theirs = roles.get(visit.by.roleId);
    const ofStaff = theirs && (await permissionsOf(this.#deps, this.#deps.db, visit.by.owner, theirs));
    return (ofStaff && rightsInVisit(ofStaff, held)) ?? null;
  }
}

import type { CatalogueIndex } from '../../../core/access/catalogue';
import type { RoleKind } from '../../../core/roles/role-kinds';
import type { ForwardRoute } from '../../../core/access/decisions/forward-routes';
import { bitsOf, placesOf } from '../../../core/access/decisions/permission-bits';
import type { SendPause } from '../../../core/access/decisions/sending';
import type { DecidingRole, DecisionView, Principal, SubjectKind } from '../../../core/access/decisions/view';
import type { Settings } from '../../../core/settings/settings';
import type {
  AuthorityApplication,
  AuthorityKey,
  AuthorityMoment,
  AuthorityPerson,
  AuthorityRole
} from '../../db/tables/authority-table';
import type { RoleGrants } from '../write-path/grants';
import type { RoleRule } from '../../db/tables/sessions-table';
import { KnownPauses, type KnownPause } from './known-pauses';
import { askedOf, instantOf, KnownUsers, type KeyHolder, type UserChanges } from './known-users';

export type KnownRole = DecidingRole & {
  kind: RoleKind;
  /** Permissions of a holder who is not the owner. */
  effective: ReadonlySet<string>;
  /** Second factor that the role requires of its holders. */
  asks: RoleRule;
};

/** Changes found by one look at the database; of deleted records, the ids. */
export type AuthorityChanges = UserChanges & {
  moment: AuthorityMoment;
  people: AuthorityPerson[];
  roles: (AuthorityRole & { grants: RoleGrants | null })[];
  applications: AuthorityApplication[];
  keys: AuthorityKey[];
  /** All of them; null: as they were. */
  routes: readonly ForwardRoute[] | null;
  /** The platform's rule about second factors; null: as it was. */
  platform2fa: Settings['twoFactor'] | null;
  /** All of them; null: as they were. */
  pauses: readonly KnownPause[] | null;
  gone: UserChanges['gone'] & { people: string[]; roles: string[]; applications: string[]; keys: string[] };
};

/** Principals and roles that a look found changed, for those who follow. */
export type AuthorityNews = { principals: { kind: SubjectKind; id: string }[]; roles: string[] };

/**
 * Principals, grants of roles and keys, in memory. Changes are applied at once, without a pause in between:
 * whoever asks sees one moment or the next.
 */
export class KnownAuthority implements DecisionView {
  readonly catalogue: CatalogueIndex;
  readonly places: ReadonlyMap<string, number>;
  #moment: AuthorityMoment | null = null;
  /** Number of changes so far: what is derived from this is kept as long as the number is the same. */
  #version = 0;
  readonly #people = new Map<string, KeyHolder>();
  readonly #applications = new Map<string, KeyHolder>();
  readonly #users = new KnownUsers();
  readonly #byEmail = new Map<string, string>();
  readonly #roles = new Map<string, KnownRole | null>();
  readonly #keys = new Map<string, AuthorityKey>();
  readonly #kids = new Map<string, string>();
  #routes: readonly ForwardRoute[] = [];
  #platform2fa: Settings['twoFactor'] | null = null;
  readonly #pauses = new KnownPauses();

  constructor(catalogue: CatalogueIndex) {
    this.catalogue = catalogue;
    this.places = placesOf(catalogue);
  }

  get moment(): AuthorityMoment | null {
    return this.#moment;
  }

  /** The log number that this stands for; every change up to it is in. */
  get revision(): number {
    return this.#moment?.revision ?? 0;
  }

  get version(): number {
    return this.#version;
  }

  /** Ids that are known, deleted and closed ones of soft deletion among them: what a table is compared with. */
  get ids() {
    return {
      people: this.#people,
      users: this.#users.users,
      packages: this.#users.packages,
      roles: this.#roles,
      applications: this.#applications,
      keys: this.#keys
    } satisfies Record<string, ReadonlyMap<string, unknown>>;
  }

  principal(kind: SubjectKind, id: string): Principal | undefined {
    const found = kind === 'user' ? this.#users.principal(id) : this.#holders(kind).get(id)?.principal;
    return found && this.#pauses.with(found);
  }

  byEmail(kind: SubjectKind, email: string): Principal | undefined {
    if (kind === 'user') {
      const user = this.#users.byEmail(email);
      return user && this.#pauses.with(user);
    }
    const id = kind === 'administrator' ? this.#byEmail.get(email) : undefined;
    return id === undefined ? undefined : this.principal('administrator', id);
  }

  /** Everybody's sending is paused; null: it is not. */
  get pause(): SendPause | null {
    return this.#pauses.platform;
  }

  role(id: string): KnownRole | undefined {
    return this.#roles.get(id) ?? undefined;
  }

  /** All roles that were not deleted. */
  roles(): KnownRole[] {
    return [...this.#roles.values()].filter((role) => role !== null);
  }

  /** Forward routes, each with the permission it takes, in the order in which they are tried. */
  get forwardRoutes(): readonly ForwardRoute[] {
    return this.#routes;
  }

  /** The platform's rule about second factors; null: not known yet. */
  get platform2fa(): Settings['twoFactor'] | null {
    return this.#platform2fa;
  }

  /** All principals of a kind. */
  principals(kind: SubjectKind): Principal[] {
    const all =
      kind === 'user'
        ? this.#users.all()
        : [...this.#holders(kind).values()].map(({ principal }) => principal);
    return all.map((principal) => this.#pauses.with(principal));
  }

  key(kid: string): AuthorityKey | undefined {
    const id = this.#kids.get(kid);
    return id === undefined ? undefined : this.#keys.get(id);
  }

  keyHolder(key: AuthorityKey): KeyHolder | undefined {
    if (key.applicationId !== null) return this.#applications.get(key.applicationId);
    return key.userId === null ? this.#people.get(key.administratorId ?? '') : this.#users.holder(key.userId);
  }

  /** Takes in what a look found; null when nothing had changed. */
  apply(changes: AuthorityChanges): AuthorityNews | null {
    this.#moment = changes.moment;
    const { people, roles, applications, keys, gone } = changes;
    this.#routes = changes.routes ?? this.#routes;
    this.#platform2fa = changes.platform2fa ?? this.#platform2fa;
    const news: AuthorityNews = { principals: [], roles: [] };
    for (const id of gone.keys) this.#dropKey(id);
    for (const id of gone.roles) if (this.#roles.delete(id)) news.roles.push(id);
    for (const id of gone.applications)
      if (this.#applications.delete(id)) news.principals.push({ kind: 'application', id });
    for (const id of gone.people) {
      this.#dropPerson(id);
      news.principals.push({ kind: 'administrator', id });
    }
    // An address may pass from one to another within one look.
    for (const { id } of people) this.#forgetEmail(id);
    for (const person of people) {
      this.#keepPerson(person);
      news.principals.push({ kind: 'administrator', id: person.id });
    }
    for (const role of roles) {
      this.#roles.set(role.id, this.#knownRole(role));
      news.roles.push(role.id);
    }
    for (const application of applications) {
      this.#applications.set(application.id, applicationHolder(application));
      news.principals.push({ kind: 'application', id: application.id });
    }
    for (const id of this.#users.apply(changes)) news.principals.push({ kind: 'user', id });
    for (const key of keys) {
      this.#dropKey(key.id);
      this.#keys.set(key.id, key);
      this.#kids.set(key.kid, key.id);
    }
    const paused = changes.pauses && this.#pauses.apply(changes.pauses);
    news.principals.push(...(paused ?? []));
    const total =
      (paused ? 1 : 0) + news.principals.length + news.roles.length + keys.length + gone.keys.length;
    if (total === 0) return null;
    this.#version += 1;
    return news;
  }

  #holders(kind: Exclude<SubjectKind, 'user'>): ReadonlyMap<string, KeyHolder> {
    return kind === 'administrator' ? this.#people : this.#applications;
  }

  #knownRole(role: AuthorityChanges['roles'][number]): KnownRole | null {
    const { id, kind, name, isDeleted, grants, require2fa, require2faFrom } = role;
    if (isDeleted || !grants) return null;
    const asks = { require2fa, require2faFrom: instantOf(require2faFrom) };
    return { id, kind, name, bits: bitsOf(this.places, grants.grants), effective: grants.effective, asks };
  }

  #keepPerson(person: AuthorityPerson): void {
    this.#people.set(person.id, personHolder(person));
    if (!person.isDeleted) this.#byEmail.set(person.emailKey, person.id);
  }

  #dropPerson(id: string): void {
    this.#forgetEmail(id);
    this.#people.delete(id);
  }

  #forgetEmail(id: string): void {
    const email = this.#people.get(id)?.principal.email;
    if (email && this.#byEmail.get(email) === id) this.#byEmail.delete(email);
  }

  #dropKey(id: string): void {
    const key = this.#keys.get(id);
    if (key) this.#kids.delete(key.kid);
    this.#keys.delete(id);
  }
}

function personHolder(person: AuthorityPerson): KeyHolder {
  const { id, name, emailKey, roleId, owner, status, activated, isDeleted, ipAllowlist } = person;
  return {
    principal: {
      kind: 'administrator',
      id,
      name,
      email: emailKey,
      roleId,
      owner,
      status: isDeleted ? 'closed' : status,
      suspendedUntil: null,
      activated,
      stewardGoneAt: null,
      endsAt: null,
      scope: 'platform'
    },
    asked: askedOf(person),
    allowlist: ipAllowlist,
    perMinute: null
  };
}

function applicationHolder(application: AuthorityApplication): KeyHolder {
  const { id, name, roleId, status, stewardGoneAt, isDeleted, allowlist, perMinute } = application;
  return {
    principal: {
      kind: 'application',
      id,
      name,
      email: null,
      roleId,
      owner: false,
      status: isDeleted ? 'closed' : status,
      suspendedUntil: null,
      activated: true,
      stewardGoneAt,
      endsAt: null,
      scope: 'platform'
    },
    asked: null,
    allowlist,
    perMinute
  };
}

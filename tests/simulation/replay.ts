import type { EditRequest } from './witness';

/** An entry of the log, as its bytes say. */
export type Entry = {
  n: number;
  at: string;
  action: string;
  outcome: string;
  op?: string;
  actor: { id: string | null; sid: string | null };
  target: { id: string };
  change: { path: string; old: unknown; new: unknown }[];
};

type Last = { version: number; by: string | null };
export type RoleModel = {
  all: boolean;
  held: Set<string>;
  cells: Map<string, Last & { on: boolean }>;
  fields: Map<string, Last>;
  name: string;
  description: string;
  version: number;
};
export type PersonModel = {
  roleId: string;
  name: string;
  status: string;
  owner: boolean;
  caps: Record<string, unknown>;
  fields: Map<string, Last>;
  version: number;
};

const PROOF_MS = 10 * 60_000;

/**
 * Plays the log from its beginning and judges each change at its place in it by rules of its own: what its author
 * might do then (LIV-5), how lately they had proved the password (AUT-4), and what they knew of what they changed
 * (LIV-6, LIV-7).
 */
export class Replay {
  readonly roles = new Map<string, RoleModel>();
  readonly people = new Map<string, PersonModel>();
  readonly problems: string[] = [];
  readonly #owner: string;
  readonly #requests: readonly EditRequest[];
  readonly #proofs: ReadonlyMap<string, readonly number[]>;
  readonly #sessions = new Map<string, string>();

  constructor(
    owner: string,
    requests: readonly EditRequest[],
    proofs: ReadonlyMap<string, readonly number[]>
  ) {
    this.#owner = owner;
    this.#requests = requests;
    this.#proofs = proofs;
  }

  play(entries: readonly Entry[]): void {
    for (const entry of entries) this.#play(entry);
  }

  #play(entry: Entry): void {
    const { action, target } = entry;
    if (entry.outcome !== 'success') return;
    if (action === 'role.seeded') this.#seedRole(entry);
    else if (action === 'administrator.created') this.#seedPerson(entry);
    else if (action === 'auth.sign_in') this.#sessions.set(target.id, entry.actor.id!);
    else if (action === 'role.edited') this.#editRole(entry);
    else if (action === 'administrator.edited' || action === 'administrator.role_changed')
      this.#editPerson(entry);
    else if (action === 'administrator.suspended') this.#setStatus(entry, 'suspended', 'suspend');
    else if (action === 'administrator.reactivated') this.#setStatus(entry, 'active', 'reactivate');
  }

  #seedRole({ target, change }: Entry): void {
    const given = change[0]!.new;
    const ids = given === '*' ? [] : (given as string[]);
    this.roles.set(target.id, {
      all: given === '*',
      held: new Set(ids),
      cells: new Map(ids.map((id) => [id, { on: true, version: 1, by: null }])),
      fields: new Map(),
      name: (target as { name?: string }).name ?? '',
      description: '',
      version: 1
    });
  }

  #seedPerson({ target, change }: Entry): void {
    const value = (path: string) => String(change.find((each) => each.path === path)?.new);
    this.people.set(target.id, {
      roleId: value('roleId'),
      name: value('name'),
      status: 'active',
      owner: target.id === this.#owner,
      caps: { hourly: 'inherit', daily: 'inherit', monthly: 'inherit', threads: 'inherit' },
      fields: new Map(),
      version: 1
    });
  }

  #editRole(entry: Entry): void {
    const role = this.roles.get(entry.target.id)!;
    const actor = this.#actor(entry);
    const subject = `role:${entry.target.id}`;
    if (!this.#may(actor, 'people.roles.edit')) this.#wrong(entry, 'its author might not edit roles');
    if (role.all) this.#wrong(entry, 'it changes the locked role');
    const members = [...this.people.values()].filter(({ roleId }) => roleId === entry.target.id);
    if (
      members.length > 0 &&
      !this.#isAbove(
        actor,
        role,
        members.some(({ owner }) => owner)
      )
    )
      this.#wrong(entry, 'its author does not stand above those who hold the role');
    role.version += 1;
    for (const { path, old, new: value } of entry.change) {
      if (path === 'permissions') {
        for (const id of value as string[]) {
          if (!actor.owner && !this.#may(actor, id)) this.#wrong(entry, `its author did not hold ${id}`);
          if (actor.roleId === entry.target.id) this.#wrong(entry, `it gives ${id} to its author's own role`);
          const cell = role.cells.get(id);
          if (cell?.on) this.#wrong(entry, `it grants ${id}, which was granted`);
          if (cell && !cell.on && !this.#knew(entry, subject, id, true, cell))
            this.#wrong(entry, `it undoes the revocation of ${id} at version ${cell.version} in ignorance`);
          role.held.add(id);
          role.cells.set(id, { on: true, version: role.version, by: entry.actor.id });
        }
        for (const id of old as string[]) {
          if (!role.held.delete(id)) this.#wrong(entry, `it revokes ${id}, which was not granted`);
          role.cells.set(id, { on: false, version: role.version, by: entry.actor.id });
        }
      } else {
        const last = role.fields.get(path);
        if (last && !this.#knew(entry, subject, path, value, last))
          this.#wrong(entry, `it overwrites ${path} of version ${last.version} in ignorance`);
        if (path === 'name' || path === 'description') {
          if (role[path] !== old)
            this.#wrong(entry, `it changes ${path} from “${String(old)}”, it was “${role[path]}”`);
          role[path] = String(value);
        }
        role.fields.set(path, { version: role.version, by: entry.actor.id });
      }
    }
  }

  #editPerson(entry: Entry): void {
    const person = this.people.get(entry.target.id)!;
    const actor = this.#actor(entry);
    const self = entry.actor.id === entry.target.id;
    const subject = `person:${entry.target.id}`;
    if (!this.#may(actor, 'people.administrators.view'))
      this.#wrong(entry, 'its author might not see people');
    const above = this.#isAbovePerson(actor, person);
    if (entry.change.some(({ path }) => path !== 'name')) this.#needProof(entry);
    person.version += 1;
    for (const { path, old, new: value } of entry.change) {
      const last = person.fields.get(path);
      let lowers = false;
      if (path === 'roleId') {
        const given = this.roles.get(String(value))!;
        if (!this.#may(actor, 'people.administrators.change_role'))
          this.#wrong(entry, 'might not change roles');
        if (self || !above) this.#wrong(entry, 'its author does not stand above that person');
        if (!actor.owner && !this.#isAbove(actor, given, false))
          this.#wrong(entry, 'gives more than was held');
        person.roleId = String(value);
      } else if (path.startsWith('caps.')) {
        const cap = path.slice('caps.'.length);
        const right = value === 'inherit' ? 'quotas.admin_quota.clear' : 'quotas.admin_quota.set';
        if (!this.#may(actor, right)) this.#wrong(entry, `might not change ${path}`);
        if (self || !above) this.#wrong(entry, 'its author does not stand above that person');
        if (size(value) > size(actor.caps[cap]))
          this.#wrong(entry, `gives more of ${cap} than its author has`);
        lowers = size(value) < size(person.caps[cap]);
        person.caps = { ...person.caps, [cap]: value };
      } else {
        if (!this.#may(actor, 'people.administrators.edit')) this.#wrong(entry, `might not change ${path}`);
        if (!self && !above) this.#wrong(entry, 'its author does not stand above that person');
        if (path === 'name') {
          if (person.name !== old) this.#wrong(entry, `it changes the name from “${String(old)}”`);
          person.name = String(value);
        }
      }
      if (last && !lowers && !this.#knew(entry, subject, path, value, last))
        this.#wrong(entry, `it overwrites ${path} of version ${last.version} in ignorance`);
      person.fields.set(path, { version: person.version, by: entry.actor.id });
    }
  }

  #setStatus(entry: Entry, status: string, right: string): void {
    const person = this.people.get(entry.target.id)!;
    const actor = this.#actor(entry);
    if (!this.#may(actor, `people.administrators.${right}`))
      this.#wrong(entry, `its author might not ${right}`);
    if (entry.actor.id === entry.target.id || !this.#isAbovePerson(actor, person))
      this.#wrong(entry, 'its author does not stand above that person');
    this.#needProof(entry);
    if (person.status === status) this.#wrong(entry, `that person was ${status} already`);
    person.status = status;
    person.version += 1;
    if (status === 'suspended')
      for (const [sid, owner] of this.#sessions) if (owner === entry.target.id) this.#sessions.delete(sid);
    const supers = [...this.people.values()].filter(
      (each) => this.roles.get(each.roleId)?.all && each.status === 'active'
    );
    if (supers.length === 0) this.#wrong(entry, 'no Super Administrator is left');
  }

  #actor(entry: Entry): PersonModel {
    const actor = this.people.get(entry.actor.id!)!;
    if (actor.status !== 'active') this.#wrong(entry, 'its author was suspended');
    if (this.#sessions.get(entry.actor.sid!) !== entry.actor.id)
      this.#wrong(entry, 'its author was signed out');
    return actor;
  }

  #may(actor: PersonModel, permission: string): boolean {
    const role = this.roles.get(actor.roleId)!;
    return role.all || role.held.has(permission);
  }

  /** True if somebody holds all that a role grants. */
  #isAbove(actor: PersonModel, role: RoleModel, heldByOwner: boolean): boolean {
    if (heldByOwner && !actor.owner) return false;
    if (role.all) return this.roles.get(actor.roleId)!.all;
    return [...role.held].every((id) => this.#may(actor, id));
  }

  #isAbovePerson(actor: PersonModel, person: PersonModel): boolean {
    return !person.owner && this.#isAbove(actor, this.roles.get(person.roleId)!, false);
  }

  /** True if the author had the last change of a part before their eyes when they asked, or had made it themselves. */
  #knew(entry: Entry, subject: string, key: string, value: unknown, last: Last): boolean {
    if (last.by === entry.actor.id || last.by === null) return true;
    const at = Date.parse(entry.at);
    return this.#requests.some(
      (request) =>
        request.person === entry.actor.id &&
        request.subject === subject &&
        request.key === key &&
        request.value === value &&
        request.knows >= last.version &&
        request.at <= at
    );
  }

  #needProof(entry: Entry): void {
    const at = Date.parse(entry.at);
    const proofs = this.#proofs.get(entry.actor.sid!) ?? [];
    if (!proofs.some((proof) => proof <= at && at - proof <= PROOF_MS))
      this.#wrong(entry, 'it is sensitive, and the password was not proved lately');
  }

  #wrong(entry: Entry, why: string): void {
    this.problems.push(
      `entry ${entry.n} (${entry.action} of ${entry.target.id}, operation ${entry.op}): ${why}`
    );
  }
}

function size(cap: unknown): number {
  return typeof cap === 'number' ? cap : Infinity;
}

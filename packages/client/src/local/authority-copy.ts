import { Unavailable } from '../connection.ts';
import { CopiedRoles, type CopiedPermission, type CopiedRole } from './copied-roles.ts';

/** Whoever may do something, as the snapshot tells it. */
export type CopiedPrincipal = {
  kind: string;
  id: string;
  /** Address in the form in which addresses are compared; null: it has none. */
  email: string | null;
  roleId: string;
  owner: boolean;
  status: string;
  /**
   * Moment at which a user's suspension ends by itself, in milliseconds of the epoch; null, or absent from an
   * earlier Rolecall: it does not.
   */
  suspendedUntil?: number | null;
  activated: boolean;
  /** Both in milliseconds of the epoch; null: no such moment. */
  stewardGoneAt: number | null;
  endsAt: number | null;
  scope: string;
  /** Their sending is paused; absent: it is not. */
  pause?: CopiedPause;
};

/** That nothing may be sent, until a moment in milliseconds of the epoch; null: until somebody ends it. */
export type CopiedPause = { until: number | null };

type Records = {
  revision: number;
  roles: { id: string; bits: string }[];
  principals: CopiedPrincipal[];
  /** Everybody's sending is paused; null, or absent of an earlier Rolecall: it is not. */
  pause?: CopiedPause | null;
};

export type SnapshotMessage = Records & {
  catalogue: {
    hash: string;
    permissions: string[];
    ownerOnly: string[];
    /** Permissions that send; absent from an earlier Rolecall. */
    sending?: string[];
  };
};

export type ChangeMessage = Records & {
  /** The hash of the catalogue that bits are counted by. */
  catalogue: string;
  gone: { roles: string[]; principals: { kind: string; id: string }[] };
};

/** Somebody, and what they may do by their role; undefined: a role that isn't known, which has nothing. */
export type Holder = { principal: CopiedPrincipal; role: CopiedRole | undefined };

/** Subject of a question, and who that is. */
type LastSubject = { kind: string; id: string; holder: Holder | undefined };

const SUBJECT_KINDS = ['administrator', 'user', 'application'];
const NOBODY: LastSubject = { kind: '', id: '', holder: undefined };
/** 5 MB when few roles hold them all, 20 MB when each role holds one. */
const HELD_ENTRIES = 100_000;

/** All that decisions are made of, in this process, as it was at one revision. */
export class AuthorityCopy {
  readonly #hash: string;
  readonly #permissions: ReadonlyMap<string, CopiedPermission>;
  readonly #roles: CopiedRoles;
  /** Everybody by kind and id, and by kind and address. */
  readonly #principals = new ByKind();
  readonly #byEmail = new ByKind();
  #pause: CopiedPause | null = null;
  #revision = 0;
  /** Whom the last question was about: mostly several are about one. */
  #last = NOBODY;

  /**
   * @param entries how many permissions of roles, taken together, may be kept by id
   * @throws Unavailable when this is no snapshot
   */
  constructor(message: unknown, entries = HELD_ENTRIES) {
    const { catalogue, ...records } = message as SnapshotMessage;
    if (!Array.isArray(catalogue?.permissions) || !Array.isArray(catalogue.ownerOnly))
      throw new Unavailable('no snapshot');
    this.#hash = catalogue.hash;
    const ownerOnly = new Set(catalogue.ownerOnly);
    const sending = new Set(catalogue.sending ?? []);
    this.#permissions = new Map(
      catalogue.permissions.map((id, place) => [
        id,
        { place, isOwnerOnly: ownerOnly.has(id), sends: sending.has(id) }
      ])
    );
    this.#roles = new CopiedRoles(this.#permissions, entries);
    this.#take(records);
  }

  /** The log number that this stands for. */
  get revision(): number {
    return this.#revision;
  }

  /** A permission by its id; undefined: there is none. */
  permission(id: string): CopiedPermission | undefined {
    return this.#permissions.get(id);
  }

  /** Everybody's sending is paused; null: it is not. */
  get pause(): CopiedPause | null {
    return this.#pause;
  }

  /** Somebody by id, or by the address they sign in with. */
  holder(kind: string, id: string): Holder | undefined {
    const last = this.#last;
    if (last.id === id && last.kind === kind) return last.holder;
    const principal = this.#principal(kind, id);
    if (!principal) return undefined;
    const holder = { principal, role: this.#roles.get(principal.roleId) };
    this.#last = { kind, id, holder };
    return holder;
  }

  /**
   * Takes in what changed.
   * @returns false when it doesn't go on from here: another catalogue, or an earlier revision. Then nothing was taken.
   * @throws Unavailable when it is no change
   */
  change(message: unknown): boolean {
    const { catalogue, gone, ...records } = message as ChangeMessage;
    if (!Array.isArray(gone?.principals) || !Array.isArray(gone.roles)) throw new Unavailable('no change');
    if (catalogue !== this.#hash || records.revision < this.#revision) return false;
    this.#last = NOBODY;
    for (const id of gone.roles) this.#roles.delete(id);
    for (const { kind, id } of gone.principals) this.#drop(kind, id);
    this.#take(records);
    return true;
  }

  /** Notes that the copy is valid for a later revision too. @returns false when that isn't later */
  stillStands(revision: unknown): boolean {
    if (typeof revision !== 'number' || revision < this.#revision) return false;
    this.#revision = revision;
    return true;
  }

  #take({ revision, roles, principals, pause = null }: Records): void {
    if (!Number.isSafeInteger(revision) || !Array.isArray(roles) || !Array.isArray(principals))
      throw new Unavailable('no records');
    for (const { id, bits } of roles) this.#roles.set(id, bits);
    // An address may pass from one to another: all let go of theirs before anybody takes one.
    for (const { kind, id } of principals) this.#drop(kind, id);
    for (const each of principals) {
      this.#principals.set(each.kind, each.id, each);
      // Whoever is closed signs in with no address.
      if (each.email !== null && each.status !== 'closed') this.#byEmail.set(each.kind, each.email, each);
    }
    this.#pause = pause;
    this.#revision = revision;
  }

  #principal(kind: string, id: string): CopiedPrincipal | undefined {
    if (!SUBJECT_KINDS.includes(kind)) return undefined;
    const byId = this.#principals.get(kind, id);
    return byId ?? (id.includes('@') ? this.#byEmail.get(kind, emailKey(id)) : undefined);
  }

  #drop(kind: string, id: string): void {
    const known = this.#principals.get(kind, id);
    if (!known) return;
    this.#principals.delete(kind, id);
    if (known.email !== null && this.#byEmail.get(kind, known.email) === known)
      this.#byEmail.delete(kind, known.email);
  }
}

/** Principals by their kind and a name. Two maps instead of one key of both: texts are put together for no question. */
class ByKind {
  readonly #kinds = new Map<string, Map<string, CopiedPrincipal>>();

  get(kind: string, name: string): CopiedPrincipal | undefined {
    return this.#kinds.get(kind)?.get(name);
  }

  set(kind: string, name: string, principal: CopiedPrincipal): void {
    const of = this.#kinds.get(kind);
    if (of) of.set(name, principal);
    else this.#kinds.set(kind, new Map([[name, principal]]));
  }

  delete(kind: string, name: string): void {
    this.#kinds.get(kind)?.delete(name);
  }
}

/** An address as Rolecall compares it. */
function emailKey(email: string): string {
  return email.trim().normalize('NFKC').toLowerCase();
}

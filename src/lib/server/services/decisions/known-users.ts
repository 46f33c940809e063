import { USER_CALLS_PER_MINUTE } from '../../../core/users/user-keys';
import type { Principal } from '../../../core/access/decisions/view';
import type { AskedFactor, AuthorityPackage, AuthorityUser } from '../../db/tables/authority-table';
import type { FactorAsked } from '../write-path/session-policy';

/** An application or a person, with what its keys are judged by. */
export type KeyHolder = {
  principal: Principal;
  /** Second factor of a person, and what is required of them alone; null for an application. */
  asked: FactorAsked | null;
  allowlist: readonly string[];
  perMinute: number | null;
};

/** Changes of users and packages found by a look; of deleted ones, the ids. */
export type UserChanges = {
  users: readonly AuthorityUser[];
  packages: readonly AuthorityPackage[];
  gone: { users: readonly string[]; packages: readonly string[] };
};

/**
 * Users as principals: what one may do comes from its package, so that whoever has a package changes with it
 * (TEN-2).
 */
export class KnownUsers {
  /** Package id → the id of its role. */
  readonly packages = new Map<string, string>();
  readonly users = new Map<string, AuthorityUser>();
  readonly #byEmail = new Map<string, string>();
  /** Package id → who has it. */
  readonly #having = new Map<string, Set<string>>();

  principal(id: string): Principal | undefined {
    const user = this.users.get(id);
    return user && principalOf(user, this.packages.get(user.packageId) ?? '');
  }

  /** Somebody by the address they sign in with: whoever is gone has none. */
  byEmail(email: string): Principal | undefined {
    const id = this.#byEmail.get(email);
    return id === undefined ? undefined : this.principal(id);
  }

  /** Holder of a user's keys, with what they are judged by. */
  holder(id: string): KeyHolder | undefined {
    const principal = this.principal(id);
    const user = this.users.get(id);
    return (
      principal &&
      user && {
        principal,
        asked: askedOf(user),
        allowlist: user.ipAllowlist,
        perMinute: USER_CALLS_PER_MINUTE
      }
    );
  }

  all(): Principal[] {
    return [...this.users.keys()].map((id) => this.principal(id)!);
  }

  /** Takes in what a look found: ids of the users for whom it changed something. */
  apply({ users, packages, gone }: UserChanges): string[] {
    const changed = new Set<string>();
    // An address may pass from one to another within one look.
    for (const id of [...gone.users, ...users.map((user) => user.id)]) {
      this.#drop(id);
      changed.add(id);
    }
    for (const user of users) this.#keep(user);
    const moved = packages.filter(({ id, roleId }) => this.packages.get(id) !== roleId);
    for (const { id, roleId } of moved) this.packages.set(id, roleId);
    for (const id of gone.packages) this.packages.delete(id);
    for (const id of [...moved.map((each) => each.id), ...gone.packages])
      for (const user of this.#having.get(id) ?? []) changed.add(user);
    return [...changed];
  }

  #keep(user: AuthorityUser): void {
    this.users.set(user.id, user);
    if (!user.isDeleted && user.emailKey !== '') this.#byEmail.set(user.emailKey, user.id);
    const others = this.#having.get(user.packageId);
    if (others) others.add(user.id);
    else this.#having.set(user.packageId, new Set([user.id]));
  }

  #drop(id: string): void {
    const user = this.users.get(id);
    if (!user) return;
    if (this.#byEmail.get(user.emailKey) === id) this.#byEmail.delete(user.emailKey);
    this.#having.get(user.packageId)?.delete(id);
    this.users.delete(id);
  }
}

export function askedOf({ twoFactor, require2fa, require2faFrom }: AskedFactor): FactorAsked {
  return { twoFactor, require2fa, require2faFrom: instantOf(require2faFrom) };
}

/** @param ms of the epoch */
export function instantOf(ms: number | null): Date | null {
  return ms === null ? null : new Date(ms);
}

function principalOf(user: AuthorityUser, roleId: string): Principal {
  const { id, name, emailKey, status, suspendedUntil, isDeleted } = user;
  const isClosed = isDeleted || status === 'closing' || status === 'closed';
  return {
    kind: 'user',
    id,
    name,
    email: emailKey === '' ? null : emailKey,
    roleId,
    owner: false,
    status: isClosed ? 'closed' : status,
    suspendedUntil: isClosed || status !== 'suspended' ? null : suspendedUntil,
    activated: true,
    stewardGoneAt: null,
    endsAt: null,
    scope: 'own'
  };
}

import type { Actor } from '../../../core/access/access';
import { barredBy, type DecisionReason } from '../../../core/access/decisions/evaluate';
import { remediesOf, type Remedy, type RemedyRole } from '../../../core/access/decisions/remedies';
import type { Principal } from '../../../core/access/decisions/view';
import { effectiveOf } from './effective-of';
import type { KnownAuthority } from './known-authority';

/** People who can take a step now, by name. */
export type Helpers = {
  total: number;
  /** The first of them. */
  people: { id: string; name: string }[];
};

export type KnownRemedy = Omit<Remedy, 'barred'> & { principal: Principal | null; by: Helpers };

const MOST_NAMED = 5;
const NOBODY = { members: 0, heldByOwner: false };

/** Remedies that would take the reasons of a no away, each with who may apply it now. */
export function remediesNow(
  known: KnownAuthority,
  reasons: readonly DecisionReason[],
  now: number
): KnownRemedy[] {
  const roles = rolesOf(known);
  return reasons.flatMap((reason) => {
    const principal = 'principal' in reason ? reason.principal : null;
    const held = principal ? effectiveOf(known, principal) : new Set<string>();
    return remediesOf(reason, held, roles, known.catalogue).map(({ barred, ...remedy }) => ({
      ...remedy,
      principal,
      by: helpers(known, (actor) => barred(actor) === null, now)
    }));
  });
}

/** Those whom a rule lets through. Holders of a role differ in who they are alone, so most are judged together. */
function helpers(known: KnownAuthority, lets: (actor: Actor) => boolean, now: number): Helpers {
  const judged = new Map<string, boolean>();
  const found = known
    .principals('administrator')
    .filter((person) => barredBy(person, now).length === 0)
    .filter((person) => {
      const permissions = effectiveOf(known, person);
      const { id, name, owner, roleId } = person;
      const others = judged.get(roleId) ?? lets({ id: '', name: '', owner: false, roleId, permissions });
      judged.set(roleId, others);
      // Rules bar people from what is their own: whoever the role lets through is asked once more.
      return (others || owner) && lets({ id, name, owner, roleId, permissions });
    })
    .sort((a, b) => a.name.localeCompare(b.name, 'en'));
  return { total: found.length, people: found.slice(0, MOST_NAMED).map(({ id, name }) => ({ id, name })) };
}

/** Roles of both kinds with how many hold them: everybody is looked at once, however many roles there are. */
function rolesOf(known: KnownAuthority): RemedyRole[] {
  const held = new Map<string, { members: number; heldByOwner: boolean }>();
  for (const { roleId, status, owner } of [
    ...known.principals('administrator'),
    ...known.principals('application'),
    ...known.principals('user')
  ]) {
    if (status === 'closed') continue;
    const { members, heldByOwner } = held.get(roleId) ?? NOBODY;
    held.set(roleId, { members: members + 1, heldByOwner: heldByOwner || owner });
  }
  return known
    .roles()
    .map(({ id, kind, name, effective }) => ({ id, kind, name, effective, ...(held.get(id) ?? NOBODY) }));
}

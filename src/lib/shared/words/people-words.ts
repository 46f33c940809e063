import type { Directory } from '../indexes/directory.svelte';
import type { SubjectState } from '$lib/client/outbox/subject-state';
import type { PersonEntry } from '../indexes/people-list.svelte';
import type { RoleIndex } from '../indexes/role-index.svelte';
import type { Session } from '$lib/client/session/session.svelte';
import type { PersonView } from '../people/person-view';

/** A role's name by id, also for those who may not see the list of roles. */
export function roleNamer(session: Session, roleIndex: RoleIndex): (roleId: string) => string {
  const shipped = new Map(session.catalogue.catalogue.roles.map(({ id, label }) => [id, label]));
  const known = new Map(roleIndex.all().map(({ id, name }) => [id, name]));
  return (roleId) =>
    known.get(roleId) ??
    (roleId === session.me.role.id ? session.me.role.name : undefined) ??
    shipped.get(roleId) ??
    'A role in this installation';
}

/** An administrator as the list shows them. */
export function personView(
  person: PersonEntry,
  context: {
    me: string;
    roleName: (roleId: string) => string;
    directory: Directory;
    own: (id: string) => SubjectState | undefined;
  }
): PersonView {
  return {
    id: person.id,
    name: person.name,
    email: person.email,
    href: `/administrators/${person.id}`,
    role: context.roleName(person.roleId),
    colour: context.directory.colourOf(person.id),
    owner: person.owner,
    you: person.id === context.me,
    lastActive: person.lastActive,
    twoFactor: person.twoFactor,
    twoFactorFrom: person.twoFactorFrom,
    status: person.status,
    activation: person.activation,
    createdAt: person.created,
    own: context.own(person.id)
  };
}

import type { AuditActor } from '../../../core/log/entry';
import type { ActingPerson } from './acting-person';

/** Counts what was permitted, in memory: nothing of it is waited for (decision 0045). */
export type PermitCounter = {
  /** @param id of the person or application; what the program does by itself is not counted */
  permitted(kind: AuditActor['type'] | 'user', id: string | null, permissions: Iterable<string>): void;
};

/** Somebody who acts, with what they are asked for and hold being noted. */
export function noting(person: ActingPerson): { actor: ActingPerson; used: ReadonlySet<string> } {
  const used = new Set<string>();
  return { actor: { ...person, used: (permission) => used.add(permission) }, used };
}

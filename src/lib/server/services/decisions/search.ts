import {
  evaluate,
  findPrincipal,
  type DecisionResource,
  type DecisionSubject
} from '../../../core/access/decisions/evaluate';
import { SUBJECT_KINDS, type Principal } from '../../../core/access/decisions/view';
import type { KnownAuthority } from './known-authority';

/** Principals of a kind that may do this, in the order of their ids (DEC-3). An unknown kind has none. */
export function whoMay(
  known: KnownAuthority,
  kind: string,
  action: string,
  resource: DecisionResource,
  now: number
): Principal[] {
  const asked = SUBJECT_KINDS.find((each) => each === kind);
  if (asked === undefined) return [];
  return known
    .principals(asked)
    .filter(({ id }) => evaluate(known, { type: asked, id }, action, resource, now).decision)
    .sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** Actions that a subject may do to this, by name, in the catalogue's order (DEC-3). */
export function whatMay(
  known: KnownAuthority,
  subject: DecisionSubject,
  resource: DecisionResource,
  now: number
): string[] {
  if (!findPrincipal(known, subject)) return [];
  const before = `${resource.type}.`;
  return known.catalogue.ids
    .filter((id) => id.startsWith(before) && !id.slice(before.length).includes('.'))
    .map((id) => id.slice(before.length))
    .filter((action) => evaluate(known, subject, action, resource, now).decision);
}

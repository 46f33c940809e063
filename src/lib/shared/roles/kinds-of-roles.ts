import type { Subject } from '$lib/client/outbox/record';
import type { RoleKind } from '$lib/core/roles/role-kinds';
import { counted } from '$lib/ui/counted';

// What pages say and lead to of roles of a kind. The kind stands in the address: `/roles?for=users`,
// `/roles/<id>?for=users`.

/** The kind that an address is about. */
export function kindIn(params: URLSearchParams): RoleKind {
  return params.get('for') === 'users' ? 'user' : 'administrator';
}

/** The same address of this kind. */
export function ofKind(kind: RoleKind, path: string): string {
  if (kind === 'administrator') return path;
  return `${path}${path.includes('?') ? '&' : '?'}for=users`;
}

/** Subject of an edit of a role on this device. */
export function roleSubject(kind: RoleKind, id: string): Subject {
  return kind === 'user' ? `user-role:${id}` : `role:${id}`;
}

/** The list of a kind, as headings say it. */
export const ROLES_TITLE: Record<RoleKind, string> = { administrator: 'Roles', user: 'User roles' };

/** "1 member", "12 users": who has a role. */
export function membersWords(kind: RoleKind, members: number): string {
  const word = kind === 'user' ? 'user' : 'member';
  return members === 1 ? `1 ${word}` : `${counted(members)} ${word}s`;
}

/** Note on everything in a role of users (TEN-3). */
export const ABOUT_USER_ROLES = 'Each user does this with their own records only.';

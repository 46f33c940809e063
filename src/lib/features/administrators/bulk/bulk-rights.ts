import type { PermissionId } from '$lib/core/access/catalogue/permission-ids';
import type { BulkKind } from './bulk-words';

const RIGHTS: readonly [BulkKind, PermissionId][] = [
  ['assignRole', 'people.administrators.change_role'],
  ['require2fa', 'people.credentials.require_2fa'],
  ['revokeSessions', 'people.credentials.revoke_sessions'],
  ['renewInvitation', 'people.credentials.reset_password'],
  ['reactivate', 'people.administrators.reactivate'],
  ['suspend', 'people.administrators.suspend']
];

/** The bulk actions that somebody may do, in their order (ADM-10). */
export function bulkKindsFor(can: (permission: PermissionId) => boolean): BulkKind[] {
  if (!can('people.administrators.bulk_edit')) return [];
  return RIGHTS.filter(([, permission]) => can(permission)).map(([kind]) => kind);
}

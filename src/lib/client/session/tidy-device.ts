import type { PermissionId } from '$lib/core/access/catalogue/permission-ids';
import type { RoleKind } from '$lib/core/roles/role-kinds';
import { SECTION_READ_PERMISSION, SETTINGS_SECTIONS } from '$lib/core/settings/settings';
import type { DocumentName } from '$lib/protocol/documents';
import { wipeSome } from '../device/device';
import type { DeviceMemory } from '../device/device-memory';
import { generation } from '../device/device-pointer';
import type { OpenDocuments } from './open-documents';

/** Reader whose device this is, and what they may read at this moment. */
export type Reader = {
  me: { id: string; epoch: string };
  can(permission: PermissionId): boolean;
  mayRead(name: DocumentName, roles?: RoleKind): boolean;
};

/**
 * Takes off the device what is not for this person to read at this moment, of whomever and from whenever it is
 * (LIV-9).
 */
export async function tidyDevice(
  reader: Reader,
  memory: DeviceMemory,
  documents: OpenDocuments
): Promise<void> {
  const { id, epoch } = reader.me;
  const now = generation();
  documents.forgetUnless((name, roles) => reader.mayRead(name, roles));
  if (!reader.mayRead('people')) void memory.forgetPeople();
  if (!reader.mayRead('feed')) void memory.forgetFeed();
  void memory.narrowSettings(
    SETTINGS_SECTIONS.filter((section) => reader.can(SECTION_READ_PERMISSION[section]))
  );
  await wipeSome((kept) => {
    if (kept.personId !== id) return true;
    if (kept.kind === 'memory') return false;
    return kept.epoch !== epoch || kept.generation !== now || !reader.mayRead(kept.document, kept.roles);
  });
}

import { z } from 'zod';
import { SWITCHES, type SwitchId } from '$lib/core/packages/switches';
import { Caps, ClaimedAt, Name, Op, PackageCounts, Page, RoleId, SeenParts, Version } from './fields';

const SwitchIds = z.enum(SWITCHES.map(({ id }) => id) as [SwitchId, ...SwitchId[]]);
/** Requirements that a package has for its users, by switch id; those left out are off. */
const Switches = z.partialRecord(SwitchIds, z.boolean());

const FIELDS = {
  caps: Caps.optional(),
  counts: PackageCounts.optional(),
  switches: Switches.optional()
};

export const PackageGet = z.strictObject({ id: z.uuid() });
export const PackageHistory = z.strictObject({ id: z.uuid(), ...Page });

export const PackageCreate = z.strictObject({ op: Op, name: Name('The name'), roleId: RoleId, ...FIELDS });

export const PackageUpdate = z.strictObject({
  op: Op,
  claimedAt: ClaimedAt,
  id: z.uuid(),
  seen: Version,
  seenParts: SeenParts.optional(),
  name: Name('The name').optional(),
  roleId: RoleId.optional(),
  ...FIELDS
});

/** `replaceWith`: the package that its users get in the same step. */
export const PackageDelete = z.strictObject({
  op: Op,
  claimedAt: ClaimedAt,
  id: z.uuid(),
  replaceWith: z.uuid().optional()
});

/** Change of a package whose effect on its users is asked for. */
export const PackagePreview = z.strictObject({
  id: z.uuid(),
  roleId: RoleId.optional(),
  caps: Caps.optional(),
  counts: PackageCounts.optional()
});

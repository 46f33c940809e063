import { z } from 'zod';
import { MOST_OVERLAP_MINUTES } from '../core/applications/keys';
import { Moment, Name, Networks, Op, PermissionIds, RoleId, SeenParts, Version } from './fields';

/** Calls a minute. */
const PerMinute = z.number('This is a whole number.').int('This is a whole number.').min(1).max(1_000_000);
const KeyName = Name('The name of the key').optional();
/** Time at which a key stops working: later than now, which is judged when the key is made. */
const Expiry = Moment.optional();

export const ApplicationGet = z.strictObject({ id: z.uuid() });
/** `id`: of one alone, with what it was refused. */
export const ApplicationCalls = z.strictObject({ id: z.uuid().optional() }).optional();
export const ApplicationCreate = z.strictObject({
  op: Op,
  name: Name('The name'),
  roleId: RoleId,
  /** Steward of the application; left out for whoever makes it. */
  stewardId: z.uuid().optional(),
  allowlist: Networks.optional(),
  perMinute: PerMinute.nullable().optional()
});
export const ApplicationUpdate = z.strictObject({
  op: Op,
  id: z.uuid(),
  seen: Version,
  seenParts: SeenParts.optional(),
  name: Name('The name').optional(),
  roleId: RoleId.optional(),
  stewardId: z.uuid().optional(),
  allowlist: Networks.optional(),
  perMinute: PerMinute.nullable().optional()
});
export const ApplicationAction = z.strictObject({ op: Op, id: z.uuid() });
export const KeyCreate = z.strictObject({ op: Op, id: z.uuid(), name: KeyName, expiresAt: Expiry });
export const KeyRotate = z.strictObject({
  op: Op,
  keyId: z.uuid(),
  /** Time for which the old key works beside the new one, in minutes; 0 for not at all. */
  overlapMinutes: z.number().int().min(0).max(MOST_OVERLAP_MINUTES, 'At most 30 days.').optional(),
  expiresAt: Expiry
});
/** `until`: when a key that was replaced is to stop working; later than it would, and cut to the latest possible. */
export const KeyExtend = z.strictObject({ op: Op, keyId: z.uuid(), until: Moment });
export const KeyRevoke = z.strictObject({ op: Op, keyId: z.uuid() });
/** A key of another person, an administrator or a user. */
export const PersonKeyRevoke = z.strictObject({ op: Op, id: z.uuid(), keyId: z.uuid() });
export const OwnKeyCreate = z.strictObject({
  op: Op,
  name: Name('The name of the key'),
  /** Permissions that the key may be used for: some of its person's. */
  permissions: PermissionIds.min(1, 'Choose at least one permission.'),
  expiresAt: Expiry
});

import { z } from 'zod';
import {
  ClaimedAt,
  Description,
  LogMoment,
  MAX_PERMISSIONS,
  Moment,
  Name,
  Op,
  Page,
  PermissionIds,
  SeenParts,
  Sought,
  Version,
  RoleId
} from './fields';

// What the procedures of roles take. Every schema is strict: unknown keys are refused, nothing is assigned by accident.

export const RoleGet = z.strictObject({ id: RoleId });

export const RoleCreate = z.strictObject({
  op: Op,
  claimedAt: ClaimedAt,
  name: Name('The name'),
  description: Description.optional(),
  /** A role to copy the permissions of. Members are never copied. */
  from: RoleId.optional(),
  permissions: PermissionIds.optional()
});

export const RoleEdit = z
  .strictObject({
    op: Op,
    claimedAt: ClaimedAt,
    id: RoleId,
    seen: Version,
    seenParts: SeenParts.optional(),
    grant: PermissionIds.optional(),
    revoke: PermissionIds.optional(),
    name: Name('The name').optional(),
    description: Description.optional(),
    require2fa: z.boolean().optional(),
    /** The date from when on, with `require2fa`; null: at once. */
    require2faFrom: Moment.nullable().optional(),
    /** Version of the catalogue whose new permissions were looked through. */
    reviewedCatalogue: z.number().int().min(1).optional()
  })
  .refine(({ grant = [], revoke = [] }) => grant.length + revoke.length <= MAX_PERMISSIONS, {
    path: ['grant'],
    message: `Send at most ${MAX_PERMISSIONS} permissions at once.`
  });

export const RoleHistory = z.strictObject({ id: RoleId, ...Page });

/** A version, a moment, or neither: the present. */
export const RoleAt = z
  .strictObject({ id: RoleId, seq: Version.optional(), at: LogMoment.optional() })
  .refine(({ seq, at }) => seq === undefined || at === undefined, {
    path: ['at'],
    message: 'Ask for a version or for a moment, not for both.'
  });

/** `seen` is the version that its author compared the earlier one with. */
export const RoleRestore = z.strictObject({
  op: Op,
  claimedAt: ClaimedAt,
  id: RoleId,
  seq: Version,
  seen: Version.optional()
});

export const RoleDelete = z.strictObject({
  op: Op,
  claimedAt: ClaimedAt,
  id: RoleId,
  reassignTo: RoleId.optional()
});

export const RoleAction = z.strictObject({ op: Op, claimedAt: ClaimedAt, id: RoleId });

export const Holders = z.strictObject({ permission: Sought(120) });

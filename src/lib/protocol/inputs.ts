import { z } from 'zod';
import {
  Caps,
  Description,
  Email,
  MAX_PERMISSIONS,
  Name,
  Op,
  Page,
  PermissionIds,
  Secret,
  Sought,
  Version,
  RoleId
} from './fields';

// One strict schema for the input of every procedure. Unknown keys are refused: nothing is assigned by accident.

export const CreateOwner = z.strictObject({
  op: Op,
  token: z.string().max(200),
  name: Name('The name'),
  email: Email,
  password: Secret
});

export const SignIn = z.strictObject({ op: Op.optional(), email: Sought(254), password: Secret });

export const RoleGet = z.strictObject({ id: RoleId });

export const RoleCreate = z.strictObject({
  op: Op,
  name: Name('The name'),
  description: Description.optional(),
  /** A role to copy the permissions of. Members are never copied. */
  from: RoleId.optional(),
  permissions: PermissionIds.optional()
});

export const RoleEdit = z
  .strictObject({
    op: Op,
    id: RoleId,
    seen: Version,
    grant: PermissionIds.optional(),
    revoke: PermissionIds.optional(),
    name: Name('The name').optional(),
    description: Description.optional(),
    require2fa: z.boolean().optional()
  })
  .refine(({ grant = [], revoke = [] }) => grant.length + revoke.length <= MAX_PERMISSIONS, {
    path: ['grant'],
    message: `Send at most ${MAX_PERMISSIONS} permissions at once.`
  });

export const RoleDelete = z.strictObject({ op: Op, id: RoleId, reassignTo: RoleId.optional() });

export const Holders = z.strictObject({ permission: Sought(120) });

export const AdministratorList = z.strictObject({
  search: Sought(200).optional(),
  roleId: RoleId.optional(),
  status: z.enum(['active', 'suspended']).optional(),
  ...Page
});

export const AdministratorGet = z.strictObject({ id: z.uuid() });

export const AdministratorCreate = z.strictObject({
  op: Op,
  name: Name('The name'),
  email: Email,
  roleId: RoleId,
  password: Secret,
  caps: Caps.optional()
});

export const LogList = z.strictObject({
  view: z.enum(['authentication', 'activity']).optional(),
  actor: z.uuid().optional(),
  action: Sought(80).optional(),
  target: Sought(120).optional(),
  outcome: z.enum(['success', 'denied', 'error']).optional(),
  ip: Sought(64).optional(),
  from: z.iso.datetime().optional(),
  to: z.iso.datetime().optional(),
  search: Sought(200).optional(),
  ...Page
});

/** A mutation that takes nothing but, like every other, may carry an operation id. */
export const Nothing = z.strictObject({ op: Op.optional() }).optional();

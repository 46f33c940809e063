import { administrators } from '../schema/administrators';
import { users } from '../schema/users';
import type { AccountRow } from './accounts-table';
import type { AdministratorRow } from './administrators-table';
import type { UserRow } from './users-table';

/** Somebody who has a session, of either kind. */
export type SessionOwner = Pick<
  AccountRow,
  | 'kind'
  | 'id'
  | 'name'
  | 'email'
  | 'roleId'
  | 'packageId'
  | 'owner'
  | 'status'
  | 'statusReason'
  | 'suspendedUntil'
  | 'closesAt'
  | 'caps'
  | 'seq'
  | 'activationExpiresAt'
  | 'twoFactor'
  | 'require2fa'
  | 'require2faFrom'
  | 'ipAllowlist'
  | 'deletedAt'
>;

/** Columns read of an administrator who has a session, and of a user. */
export const ofAdministrator = {
  id: administrators.id,
  name: administrators.name,
  email: administrators.email,
  roleId: administrators.roleId,
  owner: administrators.owner,
  status: administrators.status,
  caps: administrators.caps,
  seq: administrators.seq,
  activationExpiresAt: administrators.activationExpiresAt,
  twoFactor: administrators.twoFactor,
  require2fa: administrators.require2fa,
  require2faFrom: administrators.require2faFrom,
  ipAllowlist: administrators.ipAllowlist,
  deletedAt: administrators.deletedAt
};
export const ofUser = {
  id: users.id,
  name: users.name,
  email: users.email,
  packageId: users.packageId,
  status: users.status,
  statusReason: users.statusReason,
  suspendedUntil: users.suspendedUntil,
  closesAt: users.closesAt,
  caps: users.caps,
  seq: users.seq,
  activationExpiresAt: users.activationExpiresAt,
  twoFactor: users.twoFactor,
  require2fa: users.require2fa,
  require2faFrom: users.require2faFrom,
  ipAllowlist: users.ipAllowlist,
  deletedAt: users.deletedAt
};
type OfUser = Pick<UserRow, keyof typeof ofUser>;
type OfAdministrator = Pick<AdministratorRow, keyof typeof ofAdministrator>;

export function administratorOwner(row: OfAdministrator): SessionOwner {
  return {
    ...{ ...row, kind: 'administrator' },
    ...{ packageId: null, statusReason: null, suspendedUntil: null, closesAt: null }
  };
}

export function userOwner(row: OfUser, roleId: string): SessionOwner {
  return { ...row, kind: 'user', roleId, owner: false };
}

import * as applications from '../application-inputs';
import * as administrators from '../administrator-inputs';
import * as roles from '../role-inputs';
import * as packages from '../package-inputs';
import * as routes from '../route-inputs';
import * as sendingNames from '../sending-name-inputs';
import * as users from '../user-inputs';

// Schemas of the commands about roles, administrators, applications, users and packages. They are apart from the
// others because what is handed on, which is among them, is part of the input of a command of its own.

export const ROLE_SCHEMAS = {
  'roles.edit': roles.RoleEdit,
  'roles.create': roles.RoleCreate,
  'roles.delete': roles.RoleDelete,
  'roles.restore': roles.RoleRestore,
  'roles.revokeSessions': roles.RoleAction,
  'userRoles.edit': roles.RoleEdit,
  'userRoles.create': roles.RoleCreate,
  'userRoles.delete': roles.RoleDelete,
  'userRoles.restore': roles.RoleRestore
};

export const ADMINISTRATOR_SCHEMAS = {
  'administrators.update': administrators.AdministratorUpdate,
  'administrators.suspend': administrators.PersonAction,
  'administrators.reactivate': administrators.PersonReactivate,
  'administrators.unlock': administrators.PersonAction,
  'administrators.delete': administrators.AdministratorDelete,
  'administrators.require2fa': administrators.RequireTwoFactor,
  'administrators.reset2fa': administrators.PersonAction,
  'administrators.revokeSessions': administrators.RevokeSessions,
  'administrators.revokeKey': applications.PersonKeyRevoke,
  'administrators.addSendingName': sendingNames.SendingNameAdd,
  'administrators.removeSendingName': sendingNames.SendingNameRemove,
  'administrators.create': administrators.AdministratorCreate,
  'administrators.resetPassword': administrators.PasswordReset,
  'administrators.bulk': administrators.Bulk,
  'administrators.beginImport': administrators.ImportBegin,
  'administrators.import': administrators.Import
};

export const APPLICATION_SCHEMAS = {
  'applications.create': applications.ApplicationCreate,
  'applications.update': applications.ApplicationUpdate,
  'applications.suspend': applications.ApplicationAction,
  'applications.reactivate': applications.ApplicationAction,
  'applications.delete': applications.ApplicationAction,
  'applications.createKey': applications.KeyCreate,
  'applications.rotateKey': applications.KeyRotate,
  'applications.extendKey': applications.KeyExtend,
  'applications.revokeKey': applications.KeyRevoke,
  'routes.create': routes.RouteCreate,
  'routes.update': routes.RouteUpdate,
  'routes.move': routes.RouteMove,
  'routes.delete': routes.RouteDelete,
  'keys.create': applications.OwnKeyCreate,
  'keys.revoke': applications.KeyRevoke
};

export const TENANT_SCHEMAS = {
  'packages.create': packages.PackageCreate,
  'packages.update': packages.PackageUpdate,
  'packages.delete': packages.PackageDelete,
  'users.create': users.UserCreate,
  'users.update': users.UserUpdate,
  'users.suspend': users.UserSuspend,
  'users.reactivate': users.UserReactivate,
  'users.close': users.UserClose,
  'users.delete': users.UserDelete,
  'users.addSendingName': sendingNames.SendingNameAdd,
  'users.removeSendingName': sendingNames.SendingNameRemove,
  'users.resetPassword': administrators.PasswordReset,
  'users.require2fa': administrators.RequireTwoFactor,
  'users.reset2fa': administrators.PersonAction,
  'users.revokeSessions': administrators.RevokeSessions,
  'users.revokeKey': applications.PersonKeyRevoke,
  'users.unlock': administrators.PersonAction,
  'users.signInAs': users.UserSignInAs,
  'users.bulk': users.UserBulk,
  'users.beginImport': users.UserImportBegin,
  'users.import': users.UserImport
};

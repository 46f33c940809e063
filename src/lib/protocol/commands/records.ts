import * as applications from '../application-inputs';
import * as inputs from '../inputs';
import * as packages from '../package-inputs';
import * as routes from '../route-inputs';
import * as users from '../user-inputs';

// Schemas of the commands about roles, administrators, applications, users and packages. They are apart from the others because what is handed on, which is among
// them, is part of the input of a command of its own.

export const ROLE_SCHEMAS = {
  'roles.edit': inputs.RoleEdit,
  'roles.create': inputs.RoleCreate,
  'roles.delete': inputs.RoleDelete,
  'roles.restore': inputs.RoleRestore,
  'roles.revokeSessions': inputs.RoleAction,
  'userRoles.edit': inputs.RoleEdit,
  'userRoles.create': inputs.RoleCreate,
  'userRoles.delete': inputs.RoleDelete,
  'userRoles.restore': inputs.RoleRestore
};

export const ADMINISTRATOR_SCHEMAS = {
  'administrators.update': inputs.AdministratorUpdate,
  'administrators.suspend': inputs.PersonAction,
  'administrators.reactivate': inputs.PersonReactivate,
  'administrators.unlock': inputs.PersonAction,
  'administrators.delete': inputs.AdministratorDelete,
  'administrators.require2fa': inputs.RequireTwoFactor,
  'administrators.reset2fa': inputs.PersonAction,
  'administrators.revokeSessions': inputs.RevokeSessions,
  'administrators.revokeKey': applications.PersonKeyRevoke,
  'administrators.addSendingName': inputs.SendingNameAdd,
  'administrators.removeSendingName': inputs.SendingNameRemove,
  'administrators.create': inputs.AdministratorCreate,
  'administrators.resetPassword': inputs.PasswordReset,
  'administrators.bulk': inputs.Bulk,
  'administrators.beginImport': inputs.ImportBegin,
  'administrators.import': inputs.Import
};

export const APPLICATION_SCHEMAS = {
  'applications.create': applications.ApplicationCreate,
  'applications.update': applications.ApplicationUpdate,
  'applications.suspend': applications.ApplicationAction,
  'applications.reactivate': applications.ApplicationAction,
  'applications.delete': applications.ApplicationAction,
  'applications.createKey': applications.KeyCreate,
  'applications.rotateKey': applications.KeyRotate,
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
  'users.addSendingName': users.UserSendingNameAdd,
  'users.removeSendingName': users.UserSendingNameRemove,
  'users.resetPassword': inputs.PasswordReset,
  'users.require2fa': inputs.RequireTwoFactor,
  'users.reset2fa': inputs.PersonAction,
  'users.revokeSessions': inputs.RevokeSessions,
  'users.unlock': inputs.PersonAction,
  'users.signInAs': users.UserSignInAs,
  'users.bulk': users.UserBulk,
  'users.beginImport': users.UserImportBegin,
  'users.import': users.UserImport
};

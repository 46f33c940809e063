import { UserGet, UserList } from '../../../../protocol/user-inputs';
import type * as answers from '../../../services/users/user-answers';
import { command, procedure, router, soon } from '../init';

const VIEW = { permission: 'tenants.users.view' } as const;

export const users = router({
  list: procedure(VIEW)
    .input(UserList)
    .query(soon<answers.UserPage>),
  get: procedure(VIEW)
    .input(UserGet)
    .query(soon<answers.UserDetail>),
  create: command('users.create').mutation(soon<answers.UserCreateAnswer>),
  update: command('users.update').mutation(soon<answers.UserUpdateAnswer>),
  suspend: command('users.suspend').mutation(soon<answers.UserStatusAnswer>),
  reactivate: command('users.reactivate').mutation(soon<answers.UserStatusAnswer>),
  close: command('users.close').mutation(soon<answers.UserStatusAnswer & { closesAt: string }>),
  delete: command('users.delete').mutation(soon<{ deleted: true }>),
  addSendingName: command('users.addSendingName').mutation(soon<answers.UserNamesAnswer>),
  removeSendingName: command('users.removeSendingName').mutation(soon<answers.UserNamesAnswer>),
  bulk: command('users.bulk').mutation(soon<answers.UserBulkAnswer>),
  beginImport: command('users.beginImport').mutation(soon<{ until: string }>),
  import: command('users.import').mutation(soon<answers.UserImportAnswer>)
});

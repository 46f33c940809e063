import { updateUser } from '../../db/tables/users-table';
import { defineCommand } from '../write-path/define-command';
import { giveName, takeName, type NameOwners } from '../write-path/sending-names';
import { userTarget } from '../write-path/tenant-records';
import { touchedUser } from './touched-user';

/** Users as those who have sending names (ACC-2). */
const USERS: NameOwners = {
  kind: 'user',
  async toChange(context, id) {
    const touched = await touchedUser(context, id);
    return 'refused' in touched ? touched : { owner: touched.row };
  },
  count: ({ tx }, { id, seq }) => updateUser(tx, id, { seq: seq + 1 }),
  target: userTarget,
  touch: (id) => `user:${id}`,
  added: 'user.sending_name_added',
  removed: 'user.sending_name_removed'
};

export const addUserName = defineCommand('users.addSendingName', {
  users: ({ id, from }) => (from === undefined ? [id] : [id, from]),
  target: ({ id }) => ({ type: 'user', id }),
  decide: (context, input) => giveName(USERS, context, input)
});

export const removeUserName = defineCommand('users.removeSendingName', {
  users: ({ id }) => [id],
  target: ({ id }) => ({ type: 'user', id }),
  async decide(context, { id, name }) {
    const found = await USERS.toChange(context, id);
    return 'refused' in found ? found : takeName(USERS, context, found.owner, name);
  }
});

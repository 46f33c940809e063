import { requirePermission } from '../../../core/access/access';
import { updateUser } from '../../db/tables/users-table';
import { SEES } from '../write-path/address-holder';
import { defineCommand } from '../write-path/define-command';
import { USERS } from '../write-path/own-logins';
import { giveName, takeName, type NameOwners } from '../write-path/sending-names';
import { touchedUser } from './touched-user';

/** Users as those who have sending names (ACC-2). */
const OWNERS: NameOwners = {
  ...USERS,
  async toChange(context, id) {
    // The answer says which names they have.
    const missing = requirePermission(context.actor, SEES.user);
    if (missing) return { refused: missing };
    const touched = await touchedUser(context, id);
    return 'refused' in touched ? touched : { owner: touched.row };
  },
  count: ({ tx }, { id, seq }) => updateUser(tx, id, { seq: seq + 1 }),
  affected: (id) => `user:${id}`
};

export const addUserName = defineCommand('users.addSendingName', {
  users: ({ id, from }) => (from === undefined ? [id] : [id, from]),
  target: ({ id }) => ({ type: 'user', id }),
  decide: (context, input) => giveName(OWNERS, context, input)
});

export const removeUserName = defineCommand('users.removeSendingName', {
  users: ({ id }) => [id],
  target: ({ id }) => ({ type: 'user', id }),
  async decide(context, { id, name }) {
    const found = await OWNERS.toChange(context, id);
    return 'refused' in found ? found : takeName(OWNERS, context, found.owner, name);
  }
});

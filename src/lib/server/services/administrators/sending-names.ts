import type { Actor } from '../../../core/access/access';
import { barredFromNames, barredFromPerson } from '../../../core/administrators/people';
import type { Refusal } from '../../../core/access/refusal';
import { SEE_CAPS } from '../../../core/quotas/shown-caps';
import type { Queryable } from '../../db/driver/client';
import { updateAdministrator, type AdministratorRow } from '../../db/tables/administrators-table';
import { readSendingNames } from '../../db/tables/sending-names-table';
import { defineCommand, definePersonCommand } from '../write-path/define-command';
import type { Decision } from '../write-path/mutation';
import { PEOPLE } from '../write-path/own-logins';
import { personState } from '../write-path/person-state';
import { giveName, takeName, type NameOwners } from '../write-path/sending-names';

/** Sending names of a person besides their address, as `viewer` may see them: like their caps. Null: they may not. */
export async function shownSendingNames(
  tx: Queryable,
  viewer: Pick<Actor, 'id' | 'permissions'>,
  id: string
): Promise<string[] | null> {
  if (viewer.id !== id && !viewer.permissions.has(SEE_CAPS)) return null;
  return (await readSendingNames(tx, id)).map(({ name }) => name);
}

/** Administrators as those who have sending names (ACC-2, ACC-4). */
const OWNERS: NameOwners = {
  ...PEOPLE,
  async toChange(context, id) {
    const row = context.people.get(id);
    if (!row || row.deletedAt !== null) return { refused: { code: 'not-found', what: 'administrator' } };
    const refused = await barred(context, row);
    return refused ? { refused } : { owner: row };
  },
  count: ({ tx }, { id, seq }) => updateAdministrator(tx, id, { seq: seq + 1 }),
  affected: (id) => `person:${id}`
};

export const addSendingName = defineCommand('administrators.addSendingName', {
  people: ({ id, from }) => (from === undefined ? [id] : [id, from]),
  target: ({ id }) => ({ type: 'administrator', id }),
  decide: (context, input) => giveName(OWNERS, context, input)
});

export const removeSendingName = definePersonCommand('administrators.removeSendingName', {
  includesDeactivated: true,
  judge: barred,
  act: (context, row, { name }) => takeName(OWNERS, context, row, name)
});

async function barred(context: Decision, row: AdministratorRow): Promise<Refusal | null> {
  return barredFromNames(barredFromPerson(context.actor, await personState(context, row)), row);
}

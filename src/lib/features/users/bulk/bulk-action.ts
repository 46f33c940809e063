import { api } from '$lib/client/api/api';
import type { Deed } from '$lib/client/outbox/record';
import { partOf } from '$lib/protocol/operation-part';
import { bulkRun, type BulkRun } from '$lib/shared/bulk/bulk-run';
import type { UserEntry } from '$lib/shared/indexes/tenants.svelte';

/** What can be done to many users in one step (TEN-8). */
export type UserBulkAction = Parameters<typeof api.users.bulk.mutate>[0]['action'];

/** Does the same to each of these users, some in a call, or waits with them on the device; closing takes a connection. */
export function userBulkAction(users: readonly UserEntry[], action: UserBulkAction): BulkRun {
  const run = bulkRun({
    records: users,
    send: async (op, ids) => (await api.users.bulk.mutate({ op, ids, action })).results,
    keep(outbox, left, op) {
      if (action.kind === 'close') return;
      if (action.kind === 'assignPackage') outbox.edits(left.map((user) => moveOf(user, action.packageId)));
      else
        outbox.deeds(
          left.map(({ id, name }) => {
            return {
              ...deedOf(id, action),
              subject: `user:${id}`,
              label: name,
              op: partOf(op, id)
            } as const;
          })
        );
    }
  });
  return action.kind === 'close' ? { ...run, keep: null } : run;
}

/** A package is a value like others: the same one asked for twice changes nothing. */
function moveOf({ id, name, packageId, seq }: UserEntry, value: string) {
  const change = { key: 'packageId', value, committed: packageId, seen: seq };
  return { subject: `user:${id}`, label: name, changes: [change] } as const;
}

function deedOf(id: string, action: Extract<UserBulkAction, { kind: 'suspend' | 'reactivate' }>): Deed {
  const { kind, ...more } = action;
  return { procedure: `users.${kind}`, input: { id, ...more } } as Deed;
}

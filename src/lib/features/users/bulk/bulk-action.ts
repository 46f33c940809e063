import { api } from '$lib/client/api/api';
import type { WholeCommand } from '$lib/client/outbox/record';
import { partOf } from '$lib/protocol/operation-part';
import { bulkRun, type BulkRun } from '$lib/shared/bulk/bulk-run';
import type { UserEntry } from '$lib/shared/indexes/tenants.svelte';

/** Action on many users in one step (TEN-8). */
export type UserBulkAction = Parameters<typeof api.users.bulk.mutate>[0]['action'];

/**
 * Does the same to each of these users, some in a call, or waits with them on the device. What is judged by what
 * was seen is judged by their `seq`.
 */
export function userBulkAction(users: readonly UserEntry[], action: UserBulkAction): BulkRun {
  const seen = new Map(users.map(({ id, seq }) => [id, seq]));
  return bulkRun({
    records: users,
    async send(op, ids) {
      const of = Object.fromEntries(ids.map((id) => [id, seen.get(id)!]));
      return (await api.users.bulk.mutate({ op, ids, seen: of, action })).results;
    },
    keep(outbox, left, op) {
      if (action.kind === 'assignPackage') outbox.edits(left.map((user) => moveOf(user, action.packageId)));
      else
        outbox.runAll(
          left.map(({ id, name, seq }) => {
            return {
              ...commandOf(id, seq, action),
              subject: `user:${id}`,
              label: name,
              op: partOf(op, id)
            } as const;
          })
        );
    }
  });
}

/** A package is a value like others: the same one asked for twice changes nothing. */
function moveOf({ id, name, packageId, seq }: UserEntry, value: string) {
  const change = { key: 'packageId', value, committed: packageId, seen: seq };
  return { subject: `user:${id}`, label: name, changes: [change] } as const;
}

function commandOf(
  id: string,
  seen: number,
  action: Exclude<UserBulkAction, { kind: 'assignPackage' }>
): WholeCommand {
  const { kind, ...more } = action;
  return { procedure: `users.${kind}`, input: { id, seen, ...more } } as WholeCommand;
}

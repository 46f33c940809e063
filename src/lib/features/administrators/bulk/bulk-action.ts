import { api } from '$lib/client/api/api';
import type { Deed } from '$lib/client/outbox/record';
import { partOf } from '$lib/protocol/operation-part';
import { bulkRun, type KeptRun } from '$lib/shared/bulk/bulk-run';
import type { PersonEntry } from '$lib/shared/indexes/people-list.svelte';

/** What can be done to many people in one step (ADM-10). */
export type BulkAction = Parameters<typeof api.administrators.bulk.mutate>[0]['action'];

/** Does the same to each of these people, some in a call, or waits with them on the device. */
export function bulkAction(people: readonly PersonEntry[], action: BulkAction): KeptRun {
  return bulkRun({
    records: people,
    send: async (op, ids) => (await api.administrators.bulk.mutate({ op, ids, action })).results,
    keep(outbox, left, op) {
      if (action.kind === 'assignRole') outbox.edits(left.map((person) => moveOf(person, action.roleId)));
      else
        outbox.deeds(
          left.map(({ id, name }) => {
            return {
              ...deedOf(id, action),
              subject: `person:${id}`,
              label: name,
              op: partOf(op, id)
            } as const;
          })
        );
    }
  });
}

/** A role is a value like others: the same one asked for twice changes nothing. */
function moveOf({ id, name, roleId, seq }: PersonEntry, value: string) {
  const change = { key: 'roleId', value, committed: roleId, seen: seq };
  return { subject: `person:${id}`, label: name, changes: [change] } as const;
}

function deedOf(id: string, action: Exclude<BulkAction, { kind: 'assignRole' }>): Deed {
  const { kind, ...more } = action;
  return { procedure: `administrators.${kind}`, input: { id, ...more } };
}

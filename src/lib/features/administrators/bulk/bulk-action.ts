import { api } from '$lib/client/api/api';
import type { WholeCommand } from '$lib/client/outbox/record';
import { partOf } from '$lib/protocol/operation-part';
import { bulkRun, type BulkRun } from '$lib/shared/bulk/bulk-run';
import type { PersonEntry } from '$lib/shared/indexes/people-list.svelte';

/** Action on many people in one step (ADM-10). */
export type BulkAction = Parameters<typeof api.administrators.bulk.mutate>[0]['action'];

/**
 * Does the same to each of these people, some in a call, or waits with them on the device; a new invitation takes a
 * connection.
 */
export function bulkAction(people: readonly PersonEntry[], action: BulkAction): BulkRun {
  const seen = new Map(people.map(({ id, seq }) => [id, seq]));
  const run = bulkRun({
    records: people,
    async send(op, ids) {
      const of =
        action.kind === 'reactivate'
          ? { seen: Object.fromEntries(ids.map((id) => [id, seen.get(id)!])) }
          : {};
      return (await api.administrators.bulk.mutate({ op, ids, ...of, action })).results;
    },
    keep(outbox, left, op) {
      if (action.kind === 'renewInvitation') return;
      if (action.kind === 'assignRole') outbox.edits(left.map((person) => moveOf(person, action.roleId)));
      else outbox.runAll(left.map((person) => kept(person, action, op)));
    }
  });
  return action.kind === 'renewInvitation' ? { ...run, keep: null } : run;
}

type WaitingAction = Exclude<BulkAction, { kind: 'assignRole' } | { kind: 'renewInvitation' }>;

function kept({ id, name, seq }: PersonEntry, { kind, ...more }: WaitingAction, op: string) {
  const seen = kind === 'reactivate' ? { seen: seq } : {};
  const command: WholeCommand = { procedure: `administrators.${kind}`, input: { id, ...seen, ...more } };
  return { ...command, subject: `person:${id}`, label: name, op: partOf(op, id) } as const;
}

/** A role is a value like others: the same one asked for twice changes nothing. */
function moveOf({ id, name, roleId, seq }: PersonEntry, value: string) {
  const change = { key: 'roleId', value, committed: roleId, seen: seq };
  return { subject: `person:${id}`, label: name, changes: [change] } as const;
}

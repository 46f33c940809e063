import { v4 as uuid } from 'uuid';
import type { Refusal } from '$lib/core/access/refusal';
import { partOf } from '$lib/protocol/operation-part';
import { api, isConnectionFault, refusalOf } from '$lib/client/api/api';
import { BulkChunks, chunksOf } from '$lib/shared/bulk/bulk-chunks.svelte';
import type { Outbox } from '$lib/client/outbox/outbox.svelte';
import type { Deed } from '$lib/client/outbox/record';
import type { PersonEntry } from '$lib/shared/indexes/people-list.svelte';

/** What can be done to many people in one step (ADM-10). */
export type BulkAction = Parameters<typeof api.administrators.bulk.mutate>[0]['action'];

export type BulkResult = {
  id: string;
  refused: Refusal | null;
  /** Their open link or initial password is void with it. */
  needsNewLink?: boolean;
  /** A new invitation: shown here alone. */
  link?: string | null;
};

/** The same, done to each of some people. */
export type BulkRun = {
  chunks: BulkChunks<string, BulkResult>;
  /** Those who were not asked for, or without an answer, wait on this device, one by one (LIV-4); null: what it answers with is a secret. */
  keep: ((outbox: Pick<Outbox, 'deeds' | 'edits'>) => void) | null;
};

/** People in one call: half of what the server takes, so that each is answered well within its deadline. */
const MOST = 50;

/** Does the same to each of these people, some in a call, or waits with them on the device. */
export function bulkAction(people: readonly PersonEntry[], action: BulkAction): BulkRun {
  // The operation of each person follows from the one of the whole: whoever waits is not asked for a second time.
  const op = uuid();
  const chunks = new BulkChunks<string, BulkResult>({
    chunks: chunksOf(
      people.map(({ id }) => id),
      MOST
    ),
    send: async (chunk) => (await api.administrators.bulk.mutate({ op, ids: [...chunk], action })).results,
    newOp: () => op,
    refusalOf,
    isConnectionFault
  });
  if (action.kind === 'renewInvitation') return { chunks, keep: null };
  return {
    chunks,
    keep(outbox) {
      const left = new Set(chunks.left);
      const kept = people.filter(({ id }) => left.has(id));
      if (action.kind === 'assignRole') outbox.edits(kept.map((person) => moveOf(person, action.roleId)));
      else outbox.deeds(kept.map((person) => keptDeed(person, action, op)));
    }
  };
}

type WaitingAction = Exclude<BulkAction, { kind: 'assignRole' } | { kind: 'renewInvitation' }>;

function keptDeed({ id, name }: PersonEntry, { kind, ...more }: WaitingAction, op: string) {
  const deed: Deed = { procedure: `administrators.${kind}`, input: { id, ...more } };
  return { ...deed, subject: `person:${id}`, label: name, op: partOf(op, id) } as const;
}

/** A role is a value like others: the same one asked for twice changes nothing. */
function moveOf({ id, name, roleId, seq }: PersonEntry, value: string) {
  const wish = { key: 'roleId', value, committed: roleId, seen: seq };
  return { subject: `person:${id}`, label: name, wishes: [wish] } as const;
}

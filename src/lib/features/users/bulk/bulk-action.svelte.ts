import { v4 as uuid } from 'uuid';
import { api, isConnectionFault, refusalOf } from '$lib/client/api/api';
import type { Outbox } from '$lib/client/outbox/outbox.svelte';
import type { Deed } from '$lib/client/outbox/record';
import type { Refusal } from '$lib/core/access/refusal';
import { partOf } from '$lib/protocol/operation-part';
import { BulkChunks, chunksOf } from '$lib/shared/bulk/bulk-chunks.svelte';
import type { UserEntry } from '$lib/shared/indexes/tenants.svelte';

/** What can be done to many users in one step (TEN-8). */
export type UserBulkAction = Parameters<typeof api.users.bulk.mutate>[0]['action'];

export type UserBulkResult = { id: string; refused: Refusal | null };

/** The same, done to each of some users. */
export type UserBulkRun = {
  chunks: BulkChunks<string, UserBulkResult>;
  /** Those who were not asked for, or without an answer, wait on this device, one by one (LIV-4). */
  keep(outbox: Pick<Outbox, 'deeds' | 'edits'>): void;
};

/** Users in one call: half of what the server takes, so that each is answered well within its deadline. */
const MOST = 50;

/** Does the same to each of these users, some in a call, or waits with them on the device. What is judged by what was seen is judged by their `seq`. */
export function userBulkAction(users: readonly UserEntry[], action: UserBulkAction): UserBulkRun {
  // The operation of each user follows from the one of the whole: whoever waits is not asked for a second time.
  const op = uuid();
  const seen = Object.fromEntries(users.map(({ id, seq }) => [id, seq]));
  const chunks = new BulkChunks<string, UserBulkResult>({
    chunks: chunksOf(
      users.map(({ id }) => id),
      MOST
    ),
    send: async (chunk) => {
      const of = Object.fromEntries(chunk.map((id) => [id, seen[id]!]));
      return (await api.users.bulk.mutate({ op, ids: [...chunk], seen: of, action })).results;
    },
    newOp: () => op,
    refusalOf,
    isConnectionFault
  });
  return {
    chunks,
    keep(outbox) {
      const left = new Set(chunks.left);
      const kept = users.filter(({ id }) => left.has(id));
      if (action.kind === 'assignPackage') outbox.edits(kept.map((user) => moveOf(user, action.packageId)));
      else
        outbox.deeds(
          kept.map(({ id, name, seq }) => {
            return {
              ...deedOf(id, seq, action),
              subject: `user:${id}`,
              label: name,
              op: partOf(op, id)
            } as const;
          })
        );
    }
  };
}

/** A package is a value like others: the same one asked for twice changes nothing. */
function moveOf({ id, name, packageId, seq }: UserEntry, value: string) {
  const wish = { key: 'packageId', value, committed: packageId, seen: seq };
  return { subject: `user:${id}`, label: name, wishes: [wish] } as const;
}

function deedOf(id: string, seen: number, action: Exclude<UserBulkAction, { kind: 'assignPackage' }>): Deed {
  const { kind, ...more } = action;
  return { procedure: `users.${kind}`, input: { id, seen, ...more } } as Deed;
}

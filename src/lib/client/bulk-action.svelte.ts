import { v4 as uuid } from 'uuid';
import type { Refusal } from '$lib/core/refusal';
import { api, isConnectionFault, refusalOf } from './api';
import { BulkChunks, chunksOf } from './bulk-chunks.svelte';

/** What can be done to many people in one step (ADM-10). */
export type BulkAction = Parameters<typeof api.administrators.bulk.mutate>[0]['action'];

export type BulkResult = { id: string; refused: Refusal | null };

/** People in one call: half of what the server takes, so that each is answered well within its deadline. */
const MOST = 50;

/** Does the same to each of these people, some in a call. */
export function bulkAction(ids: readonly string[], action: BulkAction): BulkChunks<string, BulkResult> {
  return new BulkChunks<string, BulkResult>({
    chunks: chunksOf(ids, MOST),
    send: async (chunk, op) =>
      (await api.administrators.bulk.mutate({ op, ids: [...chunk], action })).results,
    newOp: uuid,
    refusalOf,
    isConnectionFault
  });
}

import { v4 as uuid } from 'uuid';
import { isConnectionFault, refusalOf } from '$lib/client/api/api';
import type { Outbox } from '$lib/client/outbox/outbox.svelte';
import type { Refusal } from '$lib/core/access/refusal';
import { BulkChunks, chunksOf } from './bulk-chunks.svelte';

/** One of those to whom something is done. */
export type BulkRecord = { id: string; name: string };

export type BulkResult = {
  id: string;
  refused: Refusal | null;
  /** Their open link or initial password is void with it. */
  needsNewLink?: boolean;
  /** A new invitation: shown here alone; null, or absent: none was made. */
  link?: string | null;
};

/** The same, done to each of some records. */
export type BulkRun = {
  chunks: BulkChunks<string, BulkResult>;
  /**
   * Those who were not asked for, or without an answer, wait on this device, one by one (LIV-4); null: what it
   * answers with is a secret.
   */
  keep: ((outbox: Pick<Outbox, 'runAll' | 'edits'>) => void) | null;
};

type Options<R extends BulkRecord> = {
  records: readonly R[];
  /** Asks for some of them in one call. */
  send: (op: string, ids: string[]) => Promise<readonly BulkResult[]>;
  /** Keeps those who are left; their operations follow from that of the whole. */
  keep: (outbox: Pick<Outbox, 'runAll' | 'edits'>, left: readonly R[], op: string) => void;
};

/** Records in one call: half of what the server takes, so that each is answered well within its deadline. */
const MOST = 50;

/** Does the same to each of these records, some in a call, or waits with them on the device. */
export function bulkRun<R extends BulkRecord>({ records, send, keep }: Options<R>): BulkRun {
  // The operation of each follows from the one of the whole: whoever waits is not asked for a second time.
  const op = uuid();
  const chunks = new BulkChunks<string, BulkResult>({
    chunks: chunksOf(
      records.map(({ id }) => id),
      MOST
    ),
    send: (chunk) => send(op, [...chunk]),
    newOp: () => op,
    refusalOf,
    isConnectionFault
  });
  return {
    chunks,
    keep(outbox) {
      const left = new Set(chunks.left);
      keep(
        outbox,
        records.filter(({ id }) => left.has(id)),
        op
      );
    }
  };
}

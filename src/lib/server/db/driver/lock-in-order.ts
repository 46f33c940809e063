import { pipelined } from './pipelined';

/** A record to be held: `share` so that nobody changes it, `update` to change it. */
export type RecordLock = { id: string; mode: 'share' | 'update' };

/**
 * Locks records of one kind and reads them, each once and in its strongest mode, always in the order of their ids:
 * two transactions that need the same records never wait for each other in a circle.
 * @param lockOne locks one record; no row of one that is not there
 */
export async function lockInOrder<R extends { id: string }>(
  locks: readonly RecordLock[],
  lockOne: (id: string, mode: RecordLock['mode']) => Promise<R[]>
): Promise<Map<string, R>> {
  const strongest = new Map<string, RecordLock['mode']>();
  for (const { id, mode } of locks) if (strongest.get(id) !== 'update') strongest.set(id, mode);
  const inOrder = [...strongest].sort(([a], [b]) => (a < b ? -1 : 1));
  const rows = await pipelined(inOrder.map(([id, mode]) => lockOne(id, mode)));
  return new Map(rows.flat().map((row) => [row.id, row]));
}

import { createHash } from 'node:crypto';
import { hostname } from 'node:os';
import { checkpointsAfter, lastCheckpoint, noteOf } from '../../../db/log/checkpoint-table';
import { claimWitness, releaseWitness } from '../../../db/log/witness-table';
import type { Deps } from '../../write-path/deps';
import { CheckpointFile } from './checkpoint-file';
import { recordFinding } from '../sequencer/inconsistency';
import { startWitnessLoop, type WitnessLoop } from './witness-loop';

const AT_ONCE = 500;
const CLAIM_SECONDS = 10;

/**
 * Keeps a record of every checkpoint in a file (SECURITY 5.5 a). What the file knows and the database does not was
 * cut off or written anew: that is an event, and stays in the file.
 */
export function startCheckpointFile(deps: Deps, path: string, logOrigin: string): WitnessLoop {
  const file = new CheckpointFile(path, logOrigin);
  // Processes on one machine share the file, others have one of their own.
  const place = createHash('sha256').update(`${hostname()}\0${path}`).digest('hex').slice(0, 16);
  const name = `file:${place}`;
  return startWitnessLoop(deps, 'file', async () => {
    const end = await file.end();
    const last = await lastCheckpoint(deps.db);
    // The same size may be another log: one that was taken back and grew again.
    if ((last?.size ?? 0) === end?.size && (end.note === null || sameText(last?.note ?? null, end.note)))
      return;
    if ((await claimWitness(deps.db, name, CLAIM_SECONDS)) === null) return;
    let size = end?.size ?? 0;
    try {
      size = await demandKnown(deps, file);
      for (;;) {
        const rows = await checkpointsAfter(deps.db, size, AT_ONCE);
        await file.append(rows.map(({ note, at }) => ({ at: at.toISOString(), note })));
        size = rows.at(-1)?.size ?? size;
        if (rows.length < AT_ONCE) return;
      }
    } finally {
      await releaseWitness(deps.db, name, size);
    }
  });
}

/** Compares the end of the file with the database. Returns the size to go on from. */
async function demandKnown(deps: Deps, file: CheckpointFile): Promise<number> {
  const end = await file.mendedEnd();
  // Asked for only now: what another process wrote before this one's turn is older.
  const newest = (await lastCheckpoint(deps.db))?.size ?? 0;
  if (end.note === null && end.size <= newest) return end.size;
  if (end.note !== null && sameText(await noteOf(deps.db, end.size), end.note)) return end.size;
  deps.log.error(
    { known: end.size, now: newest },
    'the log in the database is not the one of the record of checkpoints'
  );
  // The event first: after a crash in between, the file still knows what the database does not.
  await recordFinding(deps, {
    by: 'file',
    seen: end.size,
    now: newest,
    evidence:
      end.note === null
        ? { path: 'size', old: end.size, new: newest }
        : { path: 'note', old: end.note, new: await noteOf(deps.db, end.size) }
  });
  await file.append([{ at: new Date().toISOString(), lost: end.size, size: newest }]);
  return newest;
}

/** True if both notes have the same signed text; signatures may be of another key. */
function sameText(a: string | null, b: string): boolean {
  const textOf = (note: string) => note.slice(0, note.indexOf('\n\n'));
  return a !== null && textOf(a) === textOf(b);
}

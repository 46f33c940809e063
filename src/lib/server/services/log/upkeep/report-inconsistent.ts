import { isSignedBy, parseCheckpoint, parseNote, parseVkey } from '../../../../core/log/note';
import { verifyConsistency } from '../../../../core/log/verify-proof';
import { verifyEd25519 } from '../../../auth/log-key';
import { sha256 } from '../../../auth/token';
import { lastCheckpoint, noteOf, readSigners, rotationsAfter } from '../../../db/log/checkpoint-table';
import type { Queryable } from '../../../db/driver/client';
import { consistencyProof } from '../sequencer/sign-tree';
import { defineCommand } from '../../write-path/define-command';
import { consequencesOf } from '../sequencer/inconsistency';

/**
 * A witness holds a checkpoint that we signed, and the log did not grow from it: the checkpoint is the proof. The same
 * one is recorded once, however many show it.
 */
export const reportInconsistent = defineCommand('log.reportInconsistent', {
  target: () => ({ type: 'log', id: 'log' }),
  async decide({ tx }, { note }) {
    const held = parseNote(note);
    const checkpoint = held && parseCheckpoint(held.text);
    if (!held || !checkpoint || !(await isOurs(tx, note)))
      return {
        refused: { code: 'input/invalid', field: 'note', message: 'This is not a checkpoint of this log.' }
      };
    const newest = await lastCheckpoint(tx);
    if (await grewFrom(tx, checkpoint, newest))
      return { answer: { confirmed: false }, events: [], affects: [] };
    const consequences = await consequencesOf(tx, {
      by: 'browser',
      seen: checkpoint.size,
      now: newest?.size ?? 0,
      evidence: { path: 'note', old: note, new: await noteOf(tx, checkpoint.size) }
    });
    return { answer: { confirmed: true }, affects: [], ...consequences };
  }
});

/** Signed by a key that signs this log, or once did. */
async function isOurs(tx: Queryable, note: string): Promise<boolean> {
  const { firstVkey, vkey } = await readSigners(tx);
  const later = (await rotationsAfter(tx, 0)).map((rotation) => rotation.vkey);
  const parsed = parseNote(note);
  for (const each of [firstVkey, vkey, ...later]) {
    const key = each === null ? null : await parseVkey(sha256, each);
    if (key && parsed && (await isSignedBy(verifyEd25519, parsed, key))) return true;
  }
  return false;
}

async function grewFrom(
  tx: Queryable,
  older: { size: number; root: Uint8Array },
  newer: { size: number; root: Uint8Array } | null
): Promise<boolean> {
  if (!newer || older.size < 1 || older.size > newer.size) return false;
  const proof = await consistencyProof(tx, older.size, newer.size);
  return proof !== null && verifyConsistency(sha256, older, newer, proof);
}

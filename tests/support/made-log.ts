import { createHash } from 'node:crypto';
import { canonicalJson, type Json } from '../../src/lib/core/log/canonical-json';
import {
  exportCheckpoint,
  exportEnd,
  exportEntry,
  exportHeader,
  type ExportedEntry
} from '../../src/lib/core/log/export-format';
import { chainInput, chainStartInput, leafInput, personalDataInput } from '../../src/lib/core/log/hash-input';
import { checkpointText, formatNote, type NoteSignature } from '../../src/lib/core/log/note';
import { appendLeaves, rootOf, type TreeNode } from '../../src/lib/core/log/tree';
import { openLogKeys, type LogKeys } from '../../src/lib/server/auth/log-key';

// A log made with the program's own core, outside of any database: what verifiers are tried on.

export const MADE_ORIGIN = 'example.invalid/made/log';
const MADE_AT = Date.parse('2026-11-22T05:00:00.000Z');

export type MadeCheckpoint = { note: string; at: string; size: number };
export type MadeLog = { vkeys: string[]; entries: ExportedEntry[]; checkpoints: MadeCheckpoint[] };

const sha256 = (data: Uint8Array | string) => createHash('sha256').update(data).digest();
const seed = (n: number) => Buffer.alloc(32, n).toString('base64');

/** Keys of two generations. */
export async function madeKeys(): Promise<LogKeys> {
  return openLogKeys({ file: '', env: `${seed(1)}\n${seed(2)}` });
}

export type Happening = { action: string; target?: string; change?: Json[]; pii?: false };

/** The time of entry `seq`, milliseconds since 1970. */
export const timeOf = (seq: number) => MADE_AT + seq * 1000;

export function madeBody(
  seq: number,
  { action, target = `t${seq}`, change = [] }: Happening,
  pii?: string
): Uint8Array {
  const id = `0190c0de-0000-7000-8000-${String(seq).padStart(12, '0')}`;
  return new TextEncoder().encode(
    canonicalJson({
      v: 1,
      id,
      at: new Date(timeOf(seq)).toISOString().replace('Z', '000Z'),
      actor: { type: 'administrator', id: 'p1', name: 'Maya Lindqvist', sid: null, aal: 2, via: 'web' },
      action,
      target: { type: 'test', id: target, name: null },
      outcome: 'success',
      change,
      req: `r${seq}`,
      pii
    })
  );
}

/** Continues chain and tree over what happened, with a checkpoint after every `every` entries and at the end. */
export function makeLog(keys: LogKeys, happenings: readonly Happening[], every = 7): MadeLog {
  const [first = '', second = ''] = keys.vkeys(MADE_ORIGIN);
  const log: MadeLog = { vkeys: [first], entries: [], checkpoints: [] };
  let chain: Uint8Array = sha256(chainStartInput(MADE_ORIGIN));
  let frontier: TreeNode[] = [];
  let vkey = first;
  let rotates = false;
  for (const [index, happening] of happenings.entries()) {
    const seq = index + 1;
    const pii = {
      salt: sha256(`salt ${seq}`).subarray(0, 16),
      doc: new TextEncoder().encode(`{"ip":"192.0.2.${seq % 256}"}`)
    };
    const commitment = sha256(personalDataInput(pii.salt, pii.doc)).toString('hex');
    const body = madeBody(seq, happening, commitment);
    const leaf = sha256(leafInput(body));
    chain = sha256(chainInput(seq, chain, leaf));
    ({ frontier } = appendLeaves(sha256, index, frontier, [leaf]));
    log.entries.push({ seq, chain, body, leaf, pii: happening.pii === false ? null : pii });
    if (happening.action === 'audit.key.rotate') rotates = true;
    if (seq % every !== 0 && seq !== happenings.length) continue;
    const text = checkpointText({ origin: MADE_ORIGIN, size: seq, root: rootOf(sha256, frontier) });
    const signatures = [keys.sign(MADE_ORIGIN, vkey, text)];
    if (rotates) {
      signatures.push(keys.sign(MADE_ORIGIN, second, text));
      vkey = second;
      log.vkeys.push(second);
      rotates = false;
    }
    const note = formatNote(text, signatures as NoteSignature[]);
    log.checkpoints.push({ size: seq, note, at: new Date(timeOf(seq) + 300).toISOString() });
  }
  return log;
}

/** Event of a change of keys, as the log has it. */
export function rotation(keys: LogKeys): Happening {
  const [old = '', next = ''] = keys.vkeys(MADE_ORIGIN);
  return { action: 'audit.key.rotate', change: [{ path: 'vkey', old, new: next }] };
}

/** A log in which everything occurs that a log may hold: pruned entries, erased data, another key. */
export function fullLog(keys: LogKeys, size = 40): MadeLog {
  const happenings: Happening[] = Array.from({ length: size }, (_, index) => ({
    action: 'role.edited',
    change: [{ path: 'name', old: `Name ${index}`, new: `Näme ${index} “\u2028”` }]
  }));
  happenings[2] = rotation(keys);
  happenings[20] = { action: 'role.edited', pii: false };
  happenings[24] = { action: 'audit.erase', target: 't21' };
  happenings[28] = { action: 'audit.prune', target: '5' };
  const log = makeLog(keys, happenings);
  for (const entry of log.entries.slice(0, 5)) {
    if (entry.seq === 3) continue;
    entry.body = null;
    entry.pii = null;
  }
  return log;
}

/** The log as the lines of an export. */
export function linesOf({ vkeys, entries, checkpoints }: MadeLog): string[] {
  const lines = [
    exportHeader({
      kind: 'whole',
      origin: MADE_ORIGIN,
      vkeys,
      size: entries.length,
      at: new Date(MADE_AT).toISOString()
    })
  ];
  for (const entry of entries) {
    lines.push(exportEntry(entry));
    for (const { size, note, at } of checkpoints)
      if (size === entry.seq) lines.push(exportCheckpoint(note, at));
  }
  return [...lines, exportEnd(entries.length)];
}

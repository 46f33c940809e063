import { fromBase64 } from './base64';
import { isSignedBy, parseCheckpoint, parseNote, parseVkey, type Checkpoint, type Verify } from './note';
import { verifyConsistency, type AnyHash } from './verify-proof';

// What a witness concludes from the newest checkpoint, with the last one it verified in its hand (SECURITY 5.5 c).

/** The last checkpoint that a witness verified, and who it trusts since it first saw this log. */
export type HeldCheckpoint = { epoch: string; vkey: string; note: string };

/** Answer of the server when asked for its newest checkpoint since the held one. */
export type ToldCheckpoint = {
  epoch: string;
  origin: string;
  vkey: string | null;
  note: string | null;
  proof: string[] | null;
  rotations: { vkey: string; note: string }[];
};

/**
 * `cut`: the log is shorter than it was. `rewritten`: it does not begin with what was seen. `forged`: not signed by
 * whom it must be.
 */
export type LogFault = 'cut' | 'rewritten' | 'forged';

export type WitnessVerdict =
  | { state: 'intact'; held: HeldCheckpoint; size: number }
  /** Nothing was signed yet, and nothing was seen before. */
  | { state: 'nothing' }
  | { state: 'inconsistent'; fault: LogFault; seen: number; now: number }
  /**
   * Another epoch: somebody said that the database was restored from a backup. Whether it was, nobody here can
   * tell.
   */
  | { state: 'restored'; held: HeldCheckpoint; seen: number; now: number };

export type WitnessTools = {
  hash: AnyHash;
  /** Null where this device cannot check signatures: then it compares histories alone. */
  verify: Verify | null;
};

/**
 * Compares what the server says with what was seen. The first key seen in an epoch is trusted, and those it hands
 * over to.
 */
export async function judgeCheckpoint(
  held: HeldCheckpoint | null,
  told: ToldCheckpoint,
  tools: WitnessTools
): Promise<WitnessVerdict> {
  const seen = held && checkpointIn(held.note);
  const sameEpoch = held !== null && seen !== null && held.epoch === told.epoch;
  const newest = told.note === null ? null : checkpointIn(told.note);
  if (told.note === null || told.vkey === null) {
    if (!sameEpoch) return { state: 'nothing' };
    return { state: 'inconsistent', fault: 'cut', seen: seen.size, now: 0 };
  }
  const fault = (kind: LogFault): WitnessVerdict => ({
    state: 'inconsistent',
    fault: kind,
    seen: seen?.size ?? 0,
    now: newest?.size ?? 0
  });
  const key = sameEpoch ? await keyNow(held.vkey, told, tools) : told.vkey;
  if (newest === null || newest.origin !== told.origin || key !== told.vkey) return fault('forged');
  if (!(await isSigned(told.note, key, tools))) return fault('forged');
  const next: HeldCheckpoint = { epoch: told.epoch, vkey: key, note: told.note };
  if (!sameEpoch)
    return seen === null
      ? { state: 'intact', held: next, size: newest.size }
      : { state: 'restored', held: next, seen: seen.size, now: newest.size };
  if (seen.origin !== newest.origin) return fault('rewritten');
  if (newest.size < seen.size) return fault('cut');
  const proof = told.proof?.map(fromBase64) ?? [null];
  if (!proof.every((each) => each !== null) || !(await verifyConsistency(tools.hash, seen, newest, proof)))
    return fault('rewritten');
  return { state: 'intact', held: next, size: newest.size };
}

/** Number of entries that a held checkpoint covers; 0 for none. */
export function heldSize(held: HeldCheckpoint | null): number {
  return held === null ? 0 : (checkpointIn(held.note)?.size ?? 0);
}

/** The key in force after the handovers, each of which both keys signed; null when one of them is not good. */
async function keyNow(trusted: string, told: ToldCheckpoint, tools: WitnessTools): Promise<string | null> {
  let key = trusted;
  for (const { vkey, note } of told.rotations) {
    if (vkey === key) continue;
    const both = (await isSigned(note, key, tools)) && (await isSigned(note, vkey, tools));
    if (!both || checkpointIn(note)?.origin !== told.origin) return null;
    key = vkey;
  }
  return key;
}

async function isSigned(note: string, vkey: string, { hash, verify }: WitnessTools): Promise<boolean> {
  const parsed = parseNote(note);
  const key = await parseVkey(hash, vkey);
  if (parsed === null || key === null) return false;
  return verify === null || isSignedBy(verify, parsed, key);
}

function checkpointIn(note: string): Checkpoint | null {
  const parsed = parseNote(note);
  return parsed && parseCheckpoint(parsed.text);
}

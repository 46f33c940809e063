import { toBase64 } from '../../../../core/log/base64';
import { lastCheckpoint, readSigners, rotationsAfter } from '../../../db/log/checkpoint-table';
import { readInstallation } from '../../../db/tables/installation-table';
import { ask } from '../../write-path/ask';
import type { Caller } from '../../write-path/caller';
import type { Deps } from '../../write-path/deps';
import type { RefusalOr } from '../../write-path/refusal-or';
import { consistencyProof } from '../sequencer/sign-tree';

/** Answer to a witness: the newest checkpoint, and the proof that the log grew from the one the witness knows. */
export type CheckpointAnswer = {
  epoch: string;
  origin: string;
  /** Key that signs now; null while none does. */
  vkey: string | null;
  note: string | null;
  size: number;
  /** Proof from `since` to `size`, in base64; null when the log is not longer than `since`. */
  proof: string[] | null;
  /** Checkpoints after `since` by which another key took over, signed by both. */
  rotations: { vkey: string; note: string }[];
};

export function readCheckpoint(
  deps: Deps,
  caller: Caller,
  { since = 0 }: { since?: number | undefined }
): Promise<RefusalOr<CheckpointAnswer>> {
  // A checkpoint tells nothing of anybody: how long the log is, and a hash.
  return ask<CheckpointAnswer>(deps, caller, { name: 'log.checkpoint', permission: null }, async () => {
    const [installation, newest, signers, rotations] = await Promise.all([
      readInstallation(deps.db),
      lastCheckpoint(deps.db),
      readSigners(deps.db),
      rotationsAfter(deps.db, since)
    ]);
    const size = newest?.size ?? 0;
    const proof = since > 0 && since <= size ? await consistencyProof(deps.db, since, size) : null;
    return {
      answer: {
        epoch: installation?.epoch ?? '',
        origin: installation?.logOrigin ?? '',
        vkey: signers.vkey,
        note: newest?.note ?? null,
        size,
        proof: proof?.map(toBase64) ?? null,
        rotations: rotations.map(({ vkey, note }) => ({ vkey, note }))
      }
    };
  });
}

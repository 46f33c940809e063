import { KeyringError } from '../../../auth/key-file';
import type { LogKeys } from '../../../auth/log-key';
import { readSigners } from '../../../db/log/checkpoint-table';
import { lockFounding, type Installation } from '../../../db/tables/installation-table';
import { auditedTransaction } from '../../../db/driver/transaction';
import { adoptVkey } from '../../../db/log/tree-table';
import { record, SYSTEM, systemRequest } from '../../write-path/audit';
import type { Deps } from '../../write-path/deps';

/**
 * The key that signs the log must be the one that signed it so far: the first process that has one says which it is.
 * A newer key beside it takes over with a checkpoint that both sign, and an entry says so.
 * @throws KeyringError when the one in force is not among them
 */
export async function adoptLogKey(deps: Deps, installation: Installation, keys: LogKeys): Promise<void> {
  const vkeys = keys.vkeys(installation.logOrigin);
  const newest = vkeys.at(-1);
  if (newest === undefined) return;
  const { vkey } = await readSigners(deps.db);
  if (vkey === newest) return;
  demandKnown(vkey, vkeys);
  await auditedTransaction(deps.db, async (tx) => {
    await lockFounding(tx);
    const present = await readSigners(tx);
    if (present.vkey === newest || present.nextVkey === newest) return;
    demandKnown(present.vkey, vkeys);
    await adoptVkey(tx, newest);
    await record(
      tx,
      { actor: SYSTEM, request: systemRequest('start') },
      {
        action: present.vkey === null ? 'audit.key.adopt' : 'audit.key.rotate',
        target: { type: 'key', id: newest.split('+')[1] ?? '', name: null },
        outcome: 'success',
        change: [{ path: 'vkey', old: present.vkey, new: newest }]
      },
      []
    );
  });
}

function demandKnown(vkey: string | null, vkeys: readonly string[]): void {
  if (vkey !== null && !vkeys.includes(vkey))
    throw new KeyringError(
      'the key in DATA_DIR/keys/log.key (or LOG_SIGNING_KEYS) is not the one that signs the log of this database'
    );
}

import { randomUUID } from 'node:crypto';
import { lockFounding, writeEpoch } from '../../../db/tables/installation-table';
import { notifyAuthority } from '../../../db/driver/notify';
import { deleteAllSessions } from '../../../db/tables/sessions-table';
import { auditedTransaction } from '../../../db/driver/transaction';
import { record, SYSTEM, systemRequest } from '../../write-path/audit';
import type { Deps } from '../../write-path/deps';

/**
 * Says that this database was restored from a backup: another epoch begins, in which browsers know no later log than
 * this one, documents on devices are void, and everybody signs in anew (SECURITY S-09). Browsers say so to whoever
 * saw the later log.
 */
export async function declareRestored(deps: Deps, user: string): Promise<{ line: string }> {
  const ended = await auditedTransaction(deps.db, async (tx) => {
    await lockFounding(tx);
    await writeEpoch(tx, randomUUID());
    const sessions = await deleteAllSessions(tx);
    await notifyAuthority(tx, ['all']);
    await record(
      tx,
      { actor: { ...SYSTEM, via: 'cli' }, request: systemRequest('restore') },
      {
        action: 'audit.restored',
        target: { type: 'log', id: 'log', name: null },
        outcome: 'success',
        change: [
          { path: 'user', old: null, new: user },
          { path: 'sessionsEnded', old: null, new: sessions }
        ]
      },
      []
    );
    return sessions;
  });
  return {
    line: `Another epoch has begun, ${ended} sessions were ended. Restart every process of the console.`
  };
}

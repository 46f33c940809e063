import type { AuditActor, AuditEvent } from '../../../../core/log/entry';
import { findKnownAdministrator } from '../../../db/tables/administrators-table';
import {
  closeExport,
  findExport,
  silentExports,
  type ExportReached,
  type ExportRow
} from '../../../db/log/log-exports-table';
import { auditedTransaction } from '../../../db/driver/transaction';
import { record, SYSTEM, systemRequest } from '../../write-path/audit';
import type { RequestFacts } from '../../write-path/caller';
import { defineCommand } from '../../write-path/define-command';
import type { Deps } from '../../write-path/deps';
import { exportChange, FETCH_SECONDS, type KeptExport } from './kept-export';

/**
 * End of an export. `abandoned`: nobody fetched it. `broken`: its connection or the process that wrote it was
 * lost. `barred`: whoever asked may not have it any more.
 */
export type ExportEnd = 'finished' | 'cancelled' | 'broken' | 'failed' | 'barred' | 'abandoned';

/** Its writer says every second that it goes on. */
const SILENT_SECONDS = 30;

/** Closes an export and says in the log how it ended. What is closed already stays as it is. */
export async function endExport(
  deps: Deps,
  id: string,
  by: { actor: AuditActor; request: RequestFacts },
  end: ExportEnd,
  reached: Partial<ExportReached>
): Promise<void> {
  const state = end === 'finished' || end === 'cancelled' ? end : 'broken';
  await auditedTransaction(deps.db, async (tx) => {
    const closed = await closeExport(tx, id, state, reached);
    if (closed) await record(tx, by, endedEvent(closed, end), []);
  });
}

/** Ends one's own export, wherever it is written: whoever writes it looks every second. */
export const cancelExport = defineCommand('log.cancelExport', {
  target: ({ id }) => ({ type: 'export', id }),
  async decide({ tx, actor }, { id }) {
    const found = await findExport(tx, id);
    if (found?.administratorId !== actor.id) return { refused: { code: 'not-found', what: 'export' } };
    const closed = await closeExport(tx, id, 'cancelled', {});
    return {
      answer: { cancelled: closed !== null },
      events: closed ? [endedEvent(closed, 'cancelled')] : [],
      affects: []
    };
  }
});

/** Ends exports that were never fetched, and those whose process is gone: they are told in the log like every other. */
export async function endSilentExports(deps: Deps): Promise<void> {
  const silent = await silentExports(deps.db, { offered: FETCH_SECONDS, running: SILENT_SECONDS });
  for (const { id, administratorId, state } of silent) {
    const person = await findKnownAdministrator(deps.db, administratorId);
    const actor = { ...SYSTEM, id: administratorId, name: person?.name ?? null };
    const by = { actor, request: systemRequest('housekeeping') };
    await endExport(deps, id, by, state === 'offered' ? 'abandoned' : 'broken', {});
  }
}

function endedEvent({ id, query, entries, bytes }: ExportRow, end: ExportEnd): AuditEvent {
  const kept = query as KeptExport;
  return {
    action: 'list' in kept ? 'list.export_ended' : 'log.export_ended',
    target: { type: 'export', id, name: null },
    outcome: end === 'finished' ? 'success' : 'error',
    ...(end === 'finished' ? {} : { reason: end }),
    change: [
      ...exportChange(kept),
      { path: 'entries', old: null, new: entries },
      { path: 'bytes', old: null, new: bytes }
    ]
  };
}

import { sqlState } from '../../../db/driver/client';
import { findExport } from '../../../db/log/log-exports-table';
import { countMatching } from '../../../db/log/log-counts';
import type { LogFilter } from '../../../db/log/log-filter';
import { withinTime } from '../../../db/driver/transaction';
import { ask, type Answering } from '../../write-path/ask';
import type { Caller } from '../../write-path/caller';
import type { Deps } from '../../write-path/deps';
import type { RefusalOr } from '../../write-path/refusal-or';
import { inTurn } from '../reading/in-turn';
import { isNowhere, mayNotRead } from '../reading/log-access';

/** Somebody waits for the answer in a dialog: one that takes longer is not worth it. */
const COUNT_MS = 4000;
const CANCELED_STATEMENT = '57014';

/** Number of entries of the log that a filter shows; null when counting them takes too long. */
export function countLog(
  deps: Deps,
  caller: Caller,
  asked: LogFilter
): Promise<RefusalOr<{ entries: number | null }>> {
  const answer: Answering<{ entries: number | null }> = async (actor) => {
    const missing = mayNotRead(actor, asked.view);
    if (missing) return { refused: missing };
    if (isNowhere(asked)) return { answer: { entries: 0 } };
    try {
      const count = await withinTime(deps.db, COUNT_MS, (tx) => countMatching(tx, asked));
      return { answer: { entries: count } };
    } catch (error) {
      if (sqlState(error) !== CANCELED_STATEMENT) throw error;
      return { answer: { entries: null } };
    }
  };
  return inTurn(caller, () => ask(deps, caller, { name: 'log.count', permission: null }, answer));
}

/** Progress of a person's own export. */
export type ExportProgress = {
  state: 'offered' | 'running' | 'finished' | 'cancelled' | 'broken';
  /** Number of the log's entries that are looked through, of so many. */
  position: number;
  upTo: number;
  entries: number;
  bytes: number;
};

export function readExport(
  deps: Deps,
  caller: Caller,
  { id }: { id: string }
): Promise<RefusalOr<ExportProgress>> {
  return ask<ExportProgress>(
    deps,
    caller,
    { name: 'log.exportProgress', permission: null },
    async (actor) => {
      const found = await findExport(deps.db, id);
      if (found?.administratorId !== actor.id) return { refused: { code: 'not-found', what: 'export' } };
      const { state, position, upTo, entries, bytes } = found;
      return { answer: { state, position, upTo, entries, bytes } };
    }
  );
}

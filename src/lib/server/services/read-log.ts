import type { FeedEntry } from '../../docs/cells';
import { listEntries, signInsByHour } from '../db/log-table';
import { ask } from './authority';
import type { Caller } from './caller';
import type { Deps } from './deps';
import { askedFilter, missingForLog, type AskedLog } from './log/asked-filter';
import type { RefusalOr } from './refusal-or';
import { feedEntry } from './sequencer/feed-entry';

export type LogQuery = AskedLog & { cursor?: string | undefined; limit: number };

/** A page of the log, newest first. Without a view it takes the right to see both. */
export function listLog(
  deps: Deps,
  caller: Caller,
  query: LogQuery
): Promise<RefusalOr<{ entries: FeedEntry[]; next: string | null }>> {
  return ask<{ entries: FeedEntry[]; next: string | null }>(
    deps,
    caller,
    { name: 'log.list', permission: null },
    async (actor) => {
      const missing = missingForLog(actor, query, ['view']);
      if (missing) return { refused: missing };
      const before = query.cursor === undefined ? undefined : Number(query.cursor);
      if (before !== undefined && !(Number.isSafeInteger(before) && before > 0))
        return {
          refused: { code: 'input/invalid', field: 'cursor', message: 'This is not a cursor of this list.' }
        };
      const { cursor: _cursor, limit, ...asked } = query;
      const rows = await listEntries(deps.db, askedFilter(asked), { before, limit: limit + 1 });
      const page = rows.slice(0, limit);
      return {
        answer: {
          entries: page.map((row) => feedEntry(deps.catalogue, row.seq, row.doc, row.personalData)),
          next: rows.length > limit ? String(page.at(-1)!.seq) : null
        }
      };
    }
  );
}

export type SignInHour = { hour: string; ok: number; failed: number };

/** Sign-ins per hour of the last day, oldest first. */
export function signInChart(deps: Deps, caller: Caller): Promise<RefusalOr<SignInHour[]>> {
  const question = { name: 'log.signIns', permission: 'tools.authentication_log.view' };
  return ask(deps, caller, question, async () => ({ answer: await signInsByHour(deps.db) }));
}

import { actionsOfView, isQuiet, type AuditView } from '../../core/audit/actions';
import { requirePermission } from '../../core/access';
import type { FeedEntry } from '../../docs/cells';
import { listEntries, signInsByHour, type LogFilter } from '../db/log-table';
import { ask } from './authority';
import type { Caller } from './caller';
import type { Deps } from './deps';
import type { RefusalOr } from './refusal-or';
import { feedEntry } from './sequencer/feed-entry';

const PERMISSIONS: Record<AuditView, string> = {
  authentication: 'tools.authentication_log.view',
  activity: 'tools.activity_log.view'
};

export type LogQuery = Omit<LogFilter, 'actions'> & {
  view?: AuditView | undefined;
  action?: string | undefined;
  cursor?: string | undefined;
  limit: number;
};

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
      const views: AuditView[] = query.view ? [query.view] : ['authentication', 'activity'];
      for (const view of views) {
        const missing = requirePermission(actor, PERMISSIONS[view]);
        if (missing) return { refused: missing };
      }
      const before = query.cursor === undefined ? undefined : Number(query.cursor);
      if (before !== undefined && !(Number.isSafeInteger(before) && before > 0))
        return {
          refused: { code: 'input/invalid', field: 'cursor', message: 'This is not a cursor of this list.' }
        };
      const { view, action, cursor: _cursor, limit, ...rest } = query;
      const filter = { ...rest, from: entryTime(rest.from), to: entryTime(rest.to) };
      const shown = view ? actionsOfView(view) : undefined;
      const actions =
        action === undefined
          ? shown?.filter((each) => !isQuiet(each))
          : (shown ?? [action]).filter((each) => each === action);
      const rows = await listEntries(deps.db, { ...filter, actions }, { before, limit: limit + 1 });
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
  const question = { name: 'log.signIns', permission: PERMISSIONS.authentication };
  return ask(deps, caller, question, async () => ({ answer: await signInsByHour(deps.db) }));
}

/** A moment as entries write it, with microseconds: they are compared as text. */
function entryTime(moment: string | undefined): string | undefined {
  return moment === undefined ? undefined : new Date(moment).toISOString().replace('Z', '000Z');
}

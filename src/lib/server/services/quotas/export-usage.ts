import { SESSION_COOKIE, validateCookie } from '../../auth/sessions';
import { BYTE_ORDER_MARK, csvRecord } from '../../../core/log/export/csv';
import { hoursOfAll, type HourOf } from '../../db/tables/usage-export-table';
import { ask } from '../write-path/ask';
import type { Caller } from '../write-path/caller';
import type { Deps } from '../write-path/deps';
import type { RefusalOr } from '../write-path/refusal-or';
import { scoped } from '../write-path/scope';
import { callerSession } from '../write-path/session-policy';
import type { ExportStream, FetchingRequest } from '../log/export/fetch-export';

/** Hours in one look at the database, after which whoever reads is judged again. */
const AT_ONCE = 5000;
const HEAD = ['Type', 'Id', 'Name', 'Hour (UTC)', 'Recipients', 'Over a watched cap'];

/** Days back that usage can be exported of: all that is kept. */
export const LONGEST_EXPORT_DAYS = 400;

/**
 * Begins to send everybody's usage, hour by hour, to whoever may see it (QUO-11). No entry of the log tells of it,
 * and no password is asked: it holds what the page shows. The right is looked at again with each part, so that
 * whoever loses it gets no more.
 */
export async function exportUsage(
  all: Deps,
  { cookies, facts }: FetchingRequest,
  days: number
): Promise<{ refused: { code: string } } | ExportStream> {
  const live = await validateCookie(all.db, cookies[SESSION_COOKIE]);
  const session = live && callerSession(live, facts.ip);
  if (!session) return { refused: { code: 'auth/signed-out' } };
  const caller: Caller = { request: facts, session, key: null, device: null };
  const deps = scoped(all, session);
  const since = new Date(Date.now() - days * 86_400_000);
  const first = await part(deps, caller, since, null);
  if ('refused' in first) return first;
  const stop = new AbortController();
  return {
    fileName: `rolecall-usage-${new Date().toISOString().slice(0, 10)}.csv`,
    type: 'text/csv; charset=utf-8',
    signal: stop.signal,
    chunks: written(deps, { caller, since, first: first.answer, stop }),
    close: () => Promise.resolve()
  };
}

async function* written(
  deps: Deps,
  given: { caller: Caller; since: Date; first: HourOf[]; stop: AbortController }
): AsyncGenerator<string> {
  yield BYTE_ORDER_MARK + csvRecord(HEAD);
  let rows = given.first;
  while (rows.length > 0) {
    yield rows
      .filter(({ units, over }) => units !== 0 || over !== 0)
      .map(({ type, id, name, hour, units, over }) => csvRecord([type, id, name, hour, units, over]))
      .join('');
    if (rows.length < AT_ONCE) return;
    const next = await part(deps, given.caller, given.since, rows.at(-1)!);
    // Cut, so that nobody takes it for whole.
    if ('refused' in next) return given.stop.abort();
    rows = next.answer;
  }
}

function part(deps: Deps, caller: Caller, since: Date, after: HourOf | null): Promise<RefusalOr<HourOf[]>> {
  const question = { name: 'caps.export', permission: 'quotas.ledger.view_usage' } as const;
  return ask<HourOf[]>(deps, caller, question, async (actor) => {
    const permission = 'quotas.admin_quota.view_all';
    if (!actor.permissions.has(permission))
      return { refused: { code: 'access/permission-required', permission } };
    return { answer: await hoursOfAll(deps.db, { since, after, most: AT_ONCE }) };
  });
}

import { chartSteps } from '../../../../core/log/chart-steps';
import { countEntries, oldestEntry, signInsByHour } from '../../../db/log/log-counts';
import { listEntries } from '../../../db/log/log-table';
import type { LogFilter } from '../../../db/log/log-filter';
import { ask, type Answering, type Question } from '../../write-path/ask';
import type { Caller } from '../../write-path/caller';
import type { Deps } from '../../write-path/deps';
import { describeEntries, type ListedEntry } from './describe-entries';
import { inTurn } from './in-turn';
import { isNowhere, mayNotRead } from './log-access';
import { noteView } from '../upkeep/note-view';
import type { RefusalOr } from '../../write-path/refusal-or';

export type LogPage = { entries: ListedEntry[]; next: string | null };

/** A page of the log, newest first. */
export function listLog(
  deps: Deps,
  caller: Caller,
  query: LogFilter & { cursor?: string | undefined; limit: number }
): Promise<RefusalOr<LogPage>> {
  const asked: Question = { name: 'log.list', permission: null };
  const answer: Answering<LogPage> = async (actor, session) => {
    const { cursor, limit, ...question } = query;
    const missing = mayNotRead(actor, question.view);
    if (missing) return { refused: missing };
    const before = cursor === undefined ? undefined : Number(cursor);
    if (before !== undefined && !(Number.isSafeInteger(before) && before > 0))
      return {
        refused: { code: 'input/invalid', field: 'cursor', message: 'This is not a cursor of this list.' }
      };
    await noteView(deps, caller, actor, session, question.view);
    if (isNowhere(question)) return { answer: { entries: [], next: null } };
    const rows = await listEntries(deps.db, question, { before, limit: limit + 1 });
    const page = rows.slice(0, limit);
    return {
      answer: {
        entries: await describeEntries(deps, page),
        next: rows.length > limit ? String(page.at(-1)!.seq) : null
      }
    };
  };
  return inTurn(caller, () => ask(deps, caller, asked, answer));
}

export type LogChart = {
  /** Start and end of the chart. */
  from: string;
  to: string;
  /** The width of a bar in seconds. */
  step: number;
  /** Bars that are not empty, oldest first. */
  bars: { at: string; ok: number; failed: number }[];
  /** All entries are counted from here on only: there are too many that may fit. Null: from the beginning. */
  since: string | null;
};

/** Number of entries that match, over time: in steps that make a chart of the period. */
export function chartLog(
  deps: Deps,
  caller: Caller,
  { offset, ...question }: LogFilter & { offset: number }
): Promise<RefusalOr<LogChart>> {
  const asked: Question = { name: 'log.chart', permission: null };
  const answer: Answering<LogChart> = async (actor) => {
    const missing = mayNotRead(actor, question.view);
    if (missing) return { refused: missing };
    const now = new Date();
    const to = question.to === undefined ? now : new Date(question.to);
    const from =
      question.from === undefined ? ((await oldestEntry(deps.db)) ?? now) : new Date(question.from);
    const chart = chartSteps(from, to, offset * 60);
    const { counts, since } = isNowhere(question)
      ? { counts: [], since: null }
      : await countEntries(deps.db, question, chart);
    return {
      answer: {
        from: chart.from.toISOString(),
        to: chart.to.toISOString(),
        step: chart.step,
        bars: counts.map(({ at, ok, failed }) => ({ at: new Date(at * 1000).toISOString(), ok, failed })),
        since
      }
    };
  };
  return inTurn(caller, () => ask(deps, caller, asked, answer));
}

export type SignInHour = { hour: string; ok: number; failed: number };

/** Sign-ins per hour of the last day, oldest first. */
export function signInChart(deps: Deps, caller: Caller): Promise<RefusalOr<SignInHour[]>> {
  const question: Question = { name: 'log.signIns', permission: 'tools.authentication_log.view' };
  const answer = async () => ({ answer: await signInsByHour(deps.db, Date.now()) });
  return inTurn(caller, () => ask(deps, caller, question, answer));
}

import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CommandInput } from '../../../../protocol/commands/commands';
import { lastCheckpoint } from '../../../db/log/checkpoint-table';
import { insertExport, openExportOf, type ExportRow } from '../../../db/log/log-exports-table';
import { readLogIndex } from '../../../db/log/log-index-table';
import { readHead } from '../../../db/log/sequence-table';
import type { Caller } from '../../write-path/caller';
import { defineCommand } from '../../write-path/define-command';
import type { Deps } from '../../write-path/deps';
import type { RefusalOr } from '../../write-path/refusal-or';
import { mutate } from '../../write-path/mutate';
import { ownSession } from '../../write-path/mutation';
import { isWholeLog, mayNotExport } from '../reading/log-access';
import { exportChange, fetchedUntil, FETCH_SECONDS, type LogExport } from './kept-export';
import { endSilentExports } from './end-export';

/** A checkpoint follows an entry within a second. */
const SIGNED_WITHIN_MS = 3000;
const LOOK_MS = 50;
const INDEX_SECONDS = 10;

export type BegunExport = {
  id: string;
  /** Address to fetch it at: once, with the same session, within a minute. */
  href: string;
  /** It is of the log as it was up to this number, which a checkpoint covers. */
  upTo: number;
  expiresAt: string;
};

/**
 * One is under way, or none can be begun yet: said without leaving a trace, so that the same operation can begin it
 * later.
 */
export class ExportUnderWay extends Error {
  override name = 'ExportUnderWay';
  constructor(readonly retryAfter: number) {
    super('an export is under way');
  }
}

type Input = CommandInput<'log.export'>;

/**
 * Begins an export of the log (LOG-5): judged, noted in the log and offered for download. One at a time for each
 * person (H-08).
 */
export async function beginExport(deps: Deps, caller: Caller, input: Input): Promise<RefusalOr<BegunExport>> {
  if (caller.session) await Promise.all([coveredSoon(deps), endSilentExports(deps)]);
  try {
    return await mutate(deps, caller, logExport, input);
  } catch (error) {
    if (!(error instanceof ExportUnderWay)) throw error;
    return { refused: { code: 'busy', retryAfter: error.retryAfter } };
  }
}

const logExport = defineCommand<'log.export', BegunExport>('log.export', {
  target: () => ({ type: 'log', id: 'log' }),
  async decide(context, { op: _op, format, ...asked }) {
    const { deps, tx, actor } = context;
    const missing = mayNotExport(actor, asked.view);
    if (missing) return { refused: missing };
    const open = await openExportOf(tx, actor.id);
    if (open) throw new ExportUnderWay(waitFor(open));
    const upTo = (await lastCheckpoint(tx))?.size;
    // Nobody signs this log yet: there is nothing that an export could be of one moment with.
    if (upTo === undefined) throw new ExportUnderWay(1);
    // What is searched by is made anew: not all that fits would be found.
    const wholeFile = format === 'jsonl' && isWholeLog(asked);
    if (!wholeFile && (await readLogIndex(tx)).last < upTo) throw new ExportUnderWay(INDEX_SECONDS);
    const id = randomUUID();
    const query: LogExport = { format, asked };
    await insertExport(tx, { id, administratorId: actor.id, sid: ownSession(context).sid, query, upTo });
    deps.log.info({ export: id, format, upTo }, 'an export of the log was asked for');
    return {
      answer: {
        id,
        href: `/export/${id}`,
        upTo,
        expiresAt: fetchedUntil()
      },
      events: [
        {
          action: 'log.export_begun',
          target: { type: 'export', id, name: null },
          outcome: 'success',
          change: [...exportChange(query), { path: 'upTo', old: null, new: upTo }]
        }
      ],
      affects: []
    };
  }
});

/**
 * Least time the open export will still be open, in seconds: the longest that it can wait to be fetched, or a
 * guess.
 */
export function waitFor({ state, createdAt }: ExportRow): number {
  if (state !== 'offered') return 5;
  const left = FETCH_SECONDS - (Date.now() - createdAt.getTime()) / 1000;
  return Math.min(FETCH_SECONDS, Math.max(1, Math.ceil(left)));
}

/** Waits until a checkpoint covers what is in the log now: whoever exports what they see finds all of it. */
async function coveredSoon(deps: Deps): Promise<void> {
  const head = (await readHead(deps.db))?.seq ?? 0;
  for (const until = Date.now() + SIGNED_WITHIN_MS; Date.now() < until; await sleep(LOOK_MS))
    if (((await lastCheckpoint(deps.db))?.size ?? 0) >= head) return;
}

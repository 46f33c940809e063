import { LIST_RIGHTS } from '../../../../core/access/list-rights';
import type { AuditActor } from '../../../../core/log/entry';
import type { Refusal } from '../../../../core/access/refusal';
import { SESSION_COOKIE, validateCookie } from '../../../auth/sessions';
import { claimExport, noteReached } from '../../../db/log/log-exports-table';
import { findSession } from '../../../db/tables/sessions-table';
import { auditActor } from '../../write-path/audit-actor';
import { actorOf } from '../../write-path/authority';
import type { RequestFacts } from '../../write-path/caller';
import type { Deps } from '../../write-path/deps';
import { scoped } from '../../write-path/scope';
import { callerSession, mayComeFrom, stepOf } from '../../write-path/session-policy';
import { mayNotExport } from '../reading/log-access';
import { FETCH_SECONDS, type ExportFormat, type KeptExport } from './kept-export';
import { LIST_FILES } from './list-export';
import { endExport, type ExportEnd } from './end-export';
import { EXPORT_TYPES, writeExport, type ExportOrder, type Written } from './write-export';
import { writeList } from './write-list';

/** Time between two checks of a running export, in ms: its progress is noted, and whether it may go on is checked. */
const NOTE_MS = 1000;

/** An export on its way out. */
export type ExportStream = {
  fileName: string;
  type: string;
  /** Aborted when it must not go on: whoever sends it cuts the connection, so that nobody takes it for whole. */
  signal: AbortSignal;
  chunks: AsyncGenerator<string>;
  /** Ends it: to be called once, however it ended; `sent`: the reader has all of it. */
  close(sent: boolean): Promise<void>;
};

/** The cookies of a request, as far as they matter here. */
export type FetchingRequest = { cookies: Record<string, string | undefined>; facts: RequestFacts };

/**
 * Begins to send an export to the session that asked for it, once. What it is of was decided when it was asked for;
 * whether its person may have it is judged again now, and every second.
 */
export async function fetchExport(
  all: Deps,
  { cookies, facts }: FetchingRequest,
  id: string
): Promise<{ refused: Refusal } | ExportStream> {
  const live = await validateCookie(all.db, cookies[SESSION_COOKIE]);
  const session = live && callerSession(live, facts.ip);
  if (!session) return { refused: { code: 'auth/signed-out' } };
  if (session.step !== 'ready') return { refused: { code: 'auth/step-required', next: session.step } };
  const deps = scoped(all, session);
  const claimed = await claimExport(deps.db, { id, sid: session.sid, seconds: FETCH_SECONDS });
  if (!claimed) return { refused: { code: 'not-found', what: 'export' } };

  const { person } = live;
  const kept = claimed.query as KeptExport;
  const by = { actor: auditActor(person, session.sid, live.session.aal), request: facts };
  const may = () => mayHave(deps, { sid: session.sid, ip: facts.ip }, kept);
  if (!(await may())) {
    await endExport(deps, id, by, 'barred', {});
    return { refused: { code: 'not-found', what: 'export' } };
  }
  const { upTo, createdAt } = claimed;
  const { stem, format, written } = fileOf(deps, kept, { upTo, by: { id: person.id, name: person.name } });
  const { type, ending } = EXPORT_TYPES[format];
  return {
    fileName: `rolecall-${stem}-${createdAt.toISOString().slice(0, 10)}.${ending}`,
    type,
    ...runExport(deps, { id, by, may }, written)
  };
}

/** Content of the export, its format, and the stem of the file's name. */
function fileOf(
  deps: Deps,
  kept: KeptExport,
  order: Pick<ExportOrder, 'upTo' | 'by'>
): { stem: string; format: ExportFormat; written: AsyncGenerator<Written> } {
  if ('list' in kept) return { stem: LIST_FILES[kept.list], format: 'csv', written: writeList(deps, kept) };
  const { format, asked } = kept;
  return { stem: asked.view ?? 'log', format, written: writeExport(deps, { ...order, format, asked }) };
}

function runExport(
  deps: Deps,
  running: {
    id: string;
    by: { actor: AuditActor; request: RequestFacts };
    may: () => Promise<boolean>;
  },
  written: AsyncGenerator<Written>
): Pick<ExportStream, 'signal' | 'chunks' | 'close'> {
  const { id, by, may } = running;
  const reached = { position: 0, entries: 0, bytes: 0 };
  const stop = new AbortController();
  let end: ExportEnd | null = null;
  const endWith = (why: ExportEnd) => {
    end ??= why;
    stop.abort();
  };
  // Apart from the writing: a reader that is slow holds that up for as long as it likes.
  const look = async () => {
    try {
      if (!(await noteReached(deps.db, id, { ...reached }))) endWith('cancelled');
      else if (!(await may())) endWith('barred');
    } catch (error) {
      deps.log.warn({ err: error, export: id }, 'how far an export is could not be noted');
    }
  };
  let looking: Promise<void> | null = null;
  const timer = setInterval(() => {
    looking ??= look().finally(() => (looking = null));
  }, NOTE_MS);

  async function* chunks(): AsyncGenerator<string> {
    try {
      for await (const { text, entries, position } of written) {
        if (stop.signal.aborted) return;
        if (text !== '') yield text;
        reached.entries += entries;
        reached.bytes += Buffer.byteLength(text);
        reached.position = position;
      }
    } catch (error) {
      deps.log.error({ err: error, export: id }, 'an export failed');
      endWith('failed');
      throw error;
    }
  }

  return {
    signal: stop.signal,
    chunks: chunks(),
    async close(sent) {
      clearInterval(timer);
      await looking;
      await written.return(undefined);
      await endExport(deps, id, by, end ?? (sent ? 'finished' : 'broken'), reached);
    }
  };
}

/** True if the session stands and its person may still see and export this. */
async function mayHave(
  deps: Deps,
  { sid, ip }: { sid: string; ip: string | null },
  kept: KeptExport
): Promise<boolean> {
  const found = await findSession(deps.db, sid);
  if (!found || !mayComeFrom(found.person.ipAllowlist, ip) || stepOf(found, found.role) !== 'ready')
    return false;
  const actor = await actorOf(deps, found.person);
  if (actor === null) return false;
  if ('list' in kept) return actor.permissions.has(LIST_RIGHTS[kept.list]);
  return mayNotExport(actor, kept.asked.view) === null;
}

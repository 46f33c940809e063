import { findPrincipal, type DecisionSubject } from '../../../core/access/decisions/evaluate';
import {
  heldAt,
  idsNamed,
  takeBack,
  type AccessMoment,
  type AccessStep
} from '../../../core/access/decisions/access-history';
import { isSuperAdministrator } from '../../../core/access/access';
import type { Principal } from '../../../core/access/decisions/view';
import {
  accessEntries,
  packageRoles,
  presentHolding,
  type AccessEntryRow,
  type HistorySince
} from '../../db/tables/access-history-table';
import { oldestEntry } from '../../db/log/log-counts';
import { readGrants } from '../../db/tables/roles-table';
import { readOneSnapshot } from '../../db/driver/transaction';
import type { Queryable } from '../../db/driver/client';
import { describeEntries, type ListedEntry } from '../log/reading/describe-entries';
import { inTurn } from '../log/reading/in-turn';
import { mayNotRead } from '../log/reading/log-access';
import { noteView } from '../log/upkeep/note-view';
import { ask } from '../write-path/ask';
import type { RefusalOr } from '../write-path/refusal-or';
import type { Explaining } from './explain';

/** An entry that changed what somebody can do, as the log tells it, and what it meant for them. */
export type AccessChange = Pick<ListedEntry, 'id' | 'at' | 'actor' | 'action' | 'sentence'> & AccessStep;

export type AccessChanges = {
  subject: { type: string; id: string; name: string };
  /** Number of permissions held then and now, whether or not they could be used. */
  held: { then: number; now: number };
  /** Permissions gained and lost in total, in the catalogue's order. */
  gained: string[];
  lost: string[];
  /** Beginning of the log, where that is later than the moment asked for; null: it goes back far enough. */
  logBegins: string | null;
  items: AccessChange[];
  next: string | null;
};

type ChangesQuestion = {
  subject: DecisionSubject;
  since: HistorySince;
  cursor?: string | undefined;
  limit: number;
};

/** Entries that are looked through for one answer. */
const MOST_ENTRIES = 10_000;
const ENTRIES_AT_ONCE = 500;

/**
 * Access changes of a subject since a moment or a log number, newest first (DEC-7): they come from the log, so
 * seeing the log is required.
 */
export function accessChanges(on: Explaining, asked: ChangesQuestion): Promise<RefusalOr<AccessChanges>> {
  const { deps, authority, caller } = on;
  const question = { name: 'access.changes', permission: 'tools.decisions.explain' } as const;
  return inTurn(caller, () =>
    ask<AccessChanges>(deps, caller, question, async (actor, session) => {
      const missing = mayNotRead(actor, 'activity');
      if (missing) return { refused: missing };
      const before = asked.cursor === undefined ? null : Number(asked.cursor);
      if (before !== null && !(Number.isSafeInteger(before) && before > 0))
        return invalid('cursor', 'This is not a cursor of this list.');
      const known = await authority.reach(null);
      if (!known) return { refused: { code: 'busy', retryAfter: 1 } };
      const principal = findPrincipal(known, asked.subject);
      if (!principal) return { refused: { code: 'not-found', what: 'subject' } };
      await noteView(deps, caller, actor, session, 'activity');
      const walked = await deps.db.transaction((tx) => walk(on, tx, principal, asked, before));
      if (walked === null)
        return invalid('since', 'More has happened since then than can be shown. Choose a later time.');
      const { page, ...rest } = walked;
      const told = await describeEntries(
        deps,
        page.map(({ row, seq }) => ({ seq, doc: row.doc, personalData: row.personalData }))
      );
      const { kind, id, name } = principal;
      return {
        answer: {
          subject: { type: kind, id, name },
          ...rest,
          logBegins: await logBegins(deps.db, asked.since),
          items: told.map(({ id: number, at, actor: by, action, sentence }, place) => {
            return { ...page[place]!.step, id: number, at, actor: by, action, sentence };
          })
        }
      };
    })
  );
}

type Found = { row: AccessEntryRow; seq: number; step: AccessStep };

/** Goes back from the present to `since`; null when that is too far. */
async function walk(
  { deps: { catalogue } }: Explaining,
  tx: Queryable,
  principal: Principal,
  { since, limit }: ChangesQuestion,
  before: number | null
): Promise<(Pick<AccessChanges, 'held' | 'gained' | 'lost' | 'next'> & { page: Found[] }) | null> {
  await readOneSnapshot(tx);
  const own = await entriesSince(tx, [principal.id], since);
  const moment = own && (await presentMoment(tx, principal, own, since));
  const named = moment && [...moment.packages.keys(), ...moment.roles.keys()];
  const rows = named && (await entriesSince(tx, [principal.id, ...named], since));
  if (!moment || !rows) return null;
  const now = heldAt(catalogue, moment);
  const found = rows.flatMap((row): Found[] => {
    const step = takeBack(catalogue, moment, row.doc);
    // What has no number yet is shown with the next question.
    return step && row.seq !== null ? [{ row, seq: row.seq, step }] : [];
  });
  const then = heldAt(catalogue, moment);
  const rest = found.filter(({ row }) => before === null || row.n < before);
  const page = rest.slice(0, limit);
  return {
    held: { then: then.size, now: now.size },
    gained: [...now].filter((id) => !then.has(id)),
    lost: [...then].filter((id) => !now.has(id)),
    page,
    next: rest.length > limit ? String(page.at(-1)!.row.n) : null
  };
}

/** Entries since then, newest first; null when there are too many. */
async function entriesSince(
  tx: Queryable,
  targets: readonly string[],
  since: HistorySince
): Promise<AccessEntryRow[] | null> {
  const rows: AccessEntryRow[] = [];
  for (;;) {
    const page = { since, before: rows.at(-1)?.n ?? null, limit: ENTRIES_AT_ONCE };
    const some = await accessEntries(tx, targets, page);
    rows.push(...some);
    if (some.length < ENTRIES_AT_ONCE) return rows;
    if (rows.length >= MOST_ENTRIES) return null;
  }
}

async function presentMoment(
  tx: Queryable,
  { kind, id }: Principal,
  own: readonly AccessEntryRow[],
  since: HistorySince
): Promise<AccessMoment | null> {
  const holding = await presentHolding(tx, kind, id);
  const packageId = holding?.packageId ?? null;
  const entries = own.map(({ doc }) => doc);
  const had = [...(packageId === null ? [] : [packageId]), ...idsNamed(entries, 'packageId')];
  const packages = await packageRoles(tx, [...new Set(had)]);
  const ofPackages = packages.size === 0 ? [] : await entriesSince(tx, [...packages.keys()], since);
  if (ofPackages === null) return null;
  const ids = new Set([
    ...(holding ? [holding.roleId] : []),
    ...[...packages.values()].filter((role) => role !== null),
    ...idsNamed([...entries, ...ofPackages.map(({ doc }) => doc)], 'roleId')
  ]);
  const roles = new Map<string, Set<string>>();
  for (const role of ids)
    if (!isSuperAdministrator(role)) roles.set(role, new Set(await readGrants(tx, role)));
  const roleId = kind === 'user' ? null : (holding?.roleId ?? null);
  return { id, roleId, packageId, packages, owner: holding?.owner ?? false, roles };
}

/** A log number is before or after what was pruned; of a moment it must be said. */
async function logBegins(tx: Queryable, since: HistorySince): Promise<string | null> {
  if (typeof since === 'number') return null;
  const oldest = await oldestEntry(tx);
  return oldest !== null && oldest.toISOString() > since ? oldest.toISOString() : null;
}

function invalid(
  field: string,
  message: string
): { refused: { code: 'input/invalid'; field: string; message: string } } {
  return { refused: { code: 'input/invalid', field, message } };
}

import { spellOutAll } from '../../../../core/log/inert-text';
import type { EntryDoc } from '../../../db/log/audit-schema';
import { findKeyByKid } from '../../../db/tables/api-keys-table';
import { readLogEntry } from '../../../db/log/log-table';
import { ask } from '../../write-path/ask';
import type { Caller } from '../../write-path/caller';
import { shownKey } from '../../../../core/applications/key-format';
import type { Deps } from '../../write-path/deps';
import type { RefusalOr } from '../../write-path/refusal-or';
import { readPersonalData } from '../wording/personal-data';
import { describeEntries, type ListedEntry } from './describe-entries';
import { mayNotRead, viewOfAction } from './log-access';
import { noteView } from '../upkeep/note-view';

/** Everything about one entry. */
export type WholeEntry = Omit<ListedEntry, 'change'> & {
  /** Its own id: the number is given later. */
  entryId: string;
  reason: string | null;
  change: EntryDoc['change'];
  /** Names of the roles that `change` names by their ids. */
  roleNames: Record<string, string>;
  /** Names of the packages that it names so. */
  packageNames: Record<string, string>;
  session: string | null;
  /** 1: password, 2: with a second factor, 0: nobody. */
  aal: number;
  via: string;
  /** The key that it was done with, as it is called now; `name` null: it is gone. Null: none. */
  key: { name: string | null; kid: string; prefix: string } | null;
  request: string | null;
  op: string | null;
  /** The time by the clock of the device where it waited for a connection. */
  claimedAt: string | null;
  email: string | null;
  peer: string | null;
  userAgent: string | null;
  details: Record<string, string>;
  /** Its personal data were erased. */
  erased: boolean;
  /** Hex: what the tree and the chain hold of it. */
  leaf: string;
  chain: string;
  /** The size of the first signed checkpoint that covers it; null: not signed yet. */
  signedAt: number | null;
};

/** One entry, for those who may see the view that it is in. */
export function readEntry(
  deps: Deps,
  caller: Caller,
  { id }: { id: number }
): Promise<RefusalOr<WholeEntry>> {
  return ask<WholeEntry>(deps, caller, { name: 'log.entry', permission: null }, async (actor, session) => {
    const row = await readLogEntry(deps.db, id);
    const view = row ? (viewOfAction(row.doc.action) ?? undefined) : undefined;
    const missing = mayNotRead(actor, view);
    if (missing) return { refused: missing };
    if (!row) return { refused: { code: 'not-found', what: 'entry' } };
    await noteView(deps, caller, actor, session, view);
    const { doc } = row;
    const [listed] = await describeEntries(deps, [row]);
    const personal = readPersonalData(row.personalData);
    return {
      answer: spellOutAll({
        ...listed!,
        // What was only attempted is recorded without a name: nothing of its target was read.
        target: { ...listed!.target, name: listed!.target.name ?? row.targetName },
        entryId: doc.id,
        reason: doc.reason ?? null,
        change: doc.change,
        roleNames: row.roleNames,
        packageNames: row.packageNames,
        session: doc.actor.sid ?? null,
        aal: doc.actor.aal ?? 0,
        via: doc.actor.via ?? 'web',
        key: await keyOf(deps, doc),
        request: doc.req ?? null,
        op: doc.op ?? null,
        claimedAt: doc.claimed_at ?? null,
        email: personal.email,
        peer: personal.peer,
        userAgent: personal.userAgent,
        details: personal.details,
        erased: row.personalData === null,
        leaf: row.leaf,
        chain: row.chain,
        signedAt: row.signedAt
      })
    };
  });
}

async function keyOf({ db }: Deps, { actor: { key } }: EntryDoc): Promise<WholeEntry['key']> {
  if (key === undefined) return null;
  return { name: (await findKeyByKid(db, key))?.name ?? null, kid: key, prefix: shownKey(key) };
}

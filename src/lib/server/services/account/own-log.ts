import { OWN_ACTIONS } from '../../../core/log/own-actions';
import { AUDIT_ACTIONS, type AuditAction, type AuditView } from '../../../core/log/actions';
import { spellOut, spellOutAll } from '../../../core/log/inert-text';
import { deviceName } from '../../auth/device-name';
import { listOwnEntries, type OwnRow } from '../../db/log/own-entries';
import { readPersonalData } from '../log/wording/personal-data';
import { sentence } from '../log/wording/sentence';
import type { Phrase } from '../log/wording/wording';
import { inTurn } from '../log/reading/in-turn';
import { askAsUser } from '../write-path/ask';
import type { Caller } from '../write-path/caller';
import type { Deps } from '../write-path/deps';
import type { RefusalOr } from '../write-path/refusal-or';

/** An entry of a user's own log: what it did, and what was done to its account. */
export type OwnEntry = {
  /** Id of the entry: its number would tell how much happens elsewhere. */
  id: string;
  at: string;
  action: string;
  outcome: 'success' | 'denied' | 'error';
  /**
   * Author of the entry: the user itself, a staff member, the program, or somebody who was not signed in. `name`:
   * null of the latter.
   */
  by: { who: 'you' | 'staff' | 'system' | 'nobody'; name: string | null };
  /** Sentence about the event, to be read after the author's name. */
  sentence: Phrase[];
  /** Reason a staff member gave for signing in as the user; null of everything else. */
  note: string | null;
  /** Address and device it was done from; null where that is not the user's own business, or not known any more. */
  ip: string | null;
  device: string | null;
};

/** `next`: the cursor of what is older, the id of the last entry here; null: there is nothing. */
export type OwnLogPage = { entries: OwnEntry[]; next: string | null };

const VIEW_OWN = {
  authentication: 'tools.authentication_log.view_own',
  activity: 'tools.activity_log.view_own'
} as const satisfies Record<AuditView, string>;

/** A page of a user's own log, newest first. */
export function readOwnLog(
  deps: Deps,
  caller: Caller,
  { view, cursor, limit }: { view: AuditView; cursor?: string | undefined; limit: number }
): Promise<RefusalOr<OwnLogPage>> {
  const question = { name: 'own.log', permission: VIEW_OWN[view] } as const;
  return inTurn(caller, () =>
    askAsUser<OwnLogPage>(deps, caller, question, async ({ id }, { visit }) => {
      const asked = { view, actions: OWN_ACTIONS, before: cursor ?? null, limit: limit + 1 };
      const rows = await listOwnEntries(deps.db, id, asked);
      const entries = rows.slice(0, limit).map((row) => ownEntry(deps, id, row, visit !== null));
      return { answer: { entries, next: rows.length > limit ? entries.at(-1)!.id : null } };
    })
  );
}

function ownEntry(deps: Deps, id: string, { doc, personalData }: OwnRow, isVisited: boolean): OwnEntry {
  const facts = readPersonalData(personalData);
  const who = whoDid(id, doc.actor);
  // Where staff sat, or who reported a key, is no business of a user's; who tried the user's password is. Whoever
  // looks in the user's place is not told where it was.
  const isTry = who === 'nobody' && AUDIT_ACTIONS[doc.action as AuditAction] === 'authentication';
  const showsPlace = !isVisited && (who === 'you' || isTry);
  const note = doc.action === 'user.signed_in_as' ? (facts.details['note'] ?? null) : null;
  return {
    ...{ id: doc.id, at: doc.at, action: doc.action, outcome: doc.outcome },
    by: { who, name: who === 'nobody' || doc.actor.name === null ? null : spellOut(doc.actor.name) },
    sentence: spellOutAll(
      sentence(doc, { catalogue: deps.catalogue, roleName: () => null, packageName: () => null })
    ),
    note: note === null ? null : spellOut(note),
    ip: showsPlace ? facts.ip : null,
    device: showsPlace ? deviceName(facts.userAgent) || null : null
  };
}

function whoDid(id: string, actor: OwnRow['doc']['actor']): OwnEntry['by']['who'] {
  if (actor.id === id && actor.type === 'user') return 'you';
  if (actor.type === 'system') return 'system';
  return actor.type === 'anonymous' ? 'nobody' : 'staff';
}

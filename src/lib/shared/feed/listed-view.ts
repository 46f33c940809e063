import type { api } from '$lib/client/api/api';
import { AUDIT_ACTIONS, type AuditAction, type AuditView } from '$lib/core/log/actions';
import type { FeedOutcome } from './feed-entry';
import { actionShape, type ActionShape } from './action-shape';
import { actorName, isAdministrator, outcomeOf } from './feed-view';

/** An entry as the lists of the log have it. */
export type ListedEntry = Awaited<ReturnType<typeof api.log.list.query>>['entries'][number];

/** An entry as a row of a view shows it. */
export type ListedView = Pick<
  ListedEntry,
  'id' | 'at' | 'action' | 'ip' | 'summary' | 'detail' | 'sentence' | 'change' | 'changes' | 'device'
> & {
  outcome: FeedOutcome;
  /** Null: its outcome says it all. */
  shape: ActionShape | null;
  who: { name: string; known: boolean; colour: number | null; role: string | null; href: string | null };
};

/** The view that shows an entry. */
export function viewOf({ action }: Pick<ListedView, 'action'>): AuditView {
  return AUDIT_ACTIONS[action as AuditAction] ?? 'activity';
}

const KINDS = { user: 'User', application: 'Application' } as const;

type Options = {
  /** Their hue while online. */
  colourOf: (personId: string | null) => number | null;
  /** Administrators lead to their page. */
  linked: boolean;
};

export function listedView(entry: ListedEntry, { colourOf, linked }: Options): ListedView {
  const { id, at, action, ip, summary, detail, sentence, change, changes, device } = entry;
  const outcome = outcomeOf(entry);
  const person = entry.actor.id;
  const isProgram = entry.actor.name === 'Rolecall' && person === null;
  return {
    id,
    at,
    action,
    ip,
    summary,
    detail,
    sentence,
    change,
    changes,
    device,
    outcome,
    shape: outcome === 'security' ? actionShape(action) : null,
    who: {
      name: actorName(entry),
      known: person !== null || isProgram,
      colour: colourOf(person),
      role: person === null ? (isProgram ? 'System' : 'Not signed in') : roleWords(entry),
      href: linked && isAdministrator(entry.actor) ? `/administrators/${person}` : null
    }
  };
}

/** The role they had then; of whoever has none of staff's, what they are. */
function roleWords({ role, actor: { type } }: ListedEntry): string | null {
  return role?.name ?? (type ? KINDS[type] : null);
}

import { AUDIT_ACTIONS, type AuditAction } from '$lib/core/log/actions';
import type { LogEntry } from '$lib/shared/indexes/live-feed.svelte';
import { actionShape } from './action-shape';
import type { FeedEntry, FeedOutcome } from './feed-entry';

type Options = {
  /** Their hue while online. */
  colourOf: (personId: string | null) => number | null;
  /** Entries of administrators lead to their page. */
  linked: boolean;
};

/** The mark between the details of an entry and its device (services/log/wording/summary). */
const DEVICE_MARK = ' · ';
const ENDED: ReadonlySet<string> = new Set(['auth.sign_out', 'session.expired', 'session.revoked']);

/** True if an action belongs to signing in: to the view *Authentication*. */
export function isSigningIn(action: string): boolean {
  return AUDIT_ACTIONS[action as AuditAction] === 'authentication';
}

/**
 * The shape that an entry gets: signing in is round, what changes rights or data is square, a no is red. Signing in
 * that came to nothing failed; whatever else was refused was denied.
 */
export function outcomeOf({ action, outcome }: Pick<LogEntry, 'action' | 'outcome'>): FeedOutcome {
  if (outcome === 'error') return 'failed';
  if (outcome === 'denied') return isSigningIn(action) ? 'failed' : 'denied';
  if (ENDED.has(action)) return 'ended';
  return action === 'auth.sign_in' ? 'ok' : 'security';
}

/** An entry of the log as the feed shows it. */
export function feedView(entry: LogEntry, { colourOf, linked }: Options): FeedEntry {
  const { id, name } = entry.actor;
  const outcome = outcomeOf(entry);
  // What it was about, then from which device.
  const at = entry.detail.lastIndexOf(DEVICE_MARK);
  return {
    id: String(entry.id),
    number: entry.id,
    at: entry.at,
    outcome,
    ...(outcome === 'security' ? { shape: actionShape(entry.action) } : {}),
    actor: { id, name: actorName(entry), known: id !== null || name === 'Rolecall', colour: colourOf(id) },
    activity: entry.summary,
    details: at < 0 ? entry.detail : entry.detail.slice(0, at),
    ...(at < 0 ? {} : { device: entry.detail.slice(at + DEVICE_MARK.length) }),
    ...(entry.ip === null ? {} : { ip: entry.ip }),
    ...(linked && isAdministrator(entry.actor) ? { href: `/administrators/${id}` } : {})
  };
}

/** True if an administrator did it, who has a page of their own. */
export function isAdministrator({ id, type }: LogEntry['actor']): boolean {
  return id !== null && type === undefined;
}

/**
 * Name of the actor as known then, and of the person they acted for; the typed name when nobody by that name is
 * known.
 */
export function actorName(entry: LogEntry): string {
  const name = entry.actor.name ?? entry.target.name ?? 'Unknown person';
  return entry.onBehalfOf ? `${name} as ${entry.onBehalfOf.name}` : name;
}

import { untrack } from 'svelte';
import { AUDIT_ACTIONS, type AuditAction } from '$lib/core/log/actions';
import { LiveFeed } from '$lib/shared/indexes/live-feed.svelte';
import type { LogView } from './log-query';
import type { Session } from '$lib/client/session/session.svelte';

/** Interval of asking for news, in ms, for readers who may not read the feed. */
const POLL_MS = 15_000;

/**
 * Calls back when a view of the log has grown: at once where the feed may be read, else now and then. Call it in an
 * effect.
 */
export function watchLog(session: Session, view: LogView, onnews: () => void): () => void {
  if (!session.mayRead('feed')) {
    const timer = setInterval(() => document.visibilityState === 'visible' && onnews(), POLL_MS);
    return () => clearInterval(timer);
  }
  const replica = untrack(() => session.open('feed'));
  const feed = new LiveFeed(replica.doc);
  const stop = $effect.root(() => {
    const newest = $derived(
      feed.newest().find(({ action }) => AUDIT_ACTIONS[action as AuditAction] === view)?.id
    );
    $effect(() => {
      if (newest !== undefined) untrack(onnews);
    });
  });
  return () => {
    stop();
    replica.destroy();
  };
}

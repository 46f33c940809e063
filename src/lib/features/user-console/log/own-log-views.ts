import type { Session } from '$lib/client/session/session.svelte';
import type { AuditView } from '$lib/core/log/actions';

const VIEWS = [
  { view: 'authentication', label: 'Sign-ins', permission: 'tools.authentication_log.view_own' },
  { view: 'activity', label: 'Activity', permission: 'tools.activity_log.view_own' }
] as const satisfies readonly { view: AuditView; label: string; permission: string }[];

export type OwnLogView = (typeof VIEWS)[number];

/** Views of its own log that a user may see; empty when none. */
export function ownLogViews(session: Pick<Session, 'can'>): OwnLogView[] {
  return VIEWS.filter(({ permission }) => session.can(permission));
}

import { perSession } from '$lib/client/session/per-session';

/** True while someone has left the form for a new administrator to build a role for it, and is to come back. */
export class BuildingRole {
  now = $state(false);
}

/** The one of a session. On its own: every page asks, few need the form. */
export const buildingRoleOf = perSession(() => new BuildingRole());

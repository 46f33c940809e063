import { tenantDatabase } from '../../db/driver/tenant';
import { askingOf, type Asking, type Caller } from './caller';
import type { Deps } from './deps';

/**
 * True if a request is known to be the user's. Nobody knows it until its sign-in is over: whoever made the secret is
 * judged, too, and of these a user sees nothing.
 */
function isUsers(asking: Asking): asking is NonNullable<Asking> {
  return asking?.kind === 'user' && asking.step === 'ready';
}

/**
 * Dependencies of use cases for whoever asks (TEN-3): for a user's request, with a database that shows and lets
 * change that user's rows alone, whatever the code asks it for. Calling it again on the result gives the same.
 */
export function scoped(deps: Deps, asking: Asking): Deps {
  if (!isUsers(asking) || deps.installation || deps.fences?.rows === false) return deps;
  return { ...deps, db: tenantDatabase(deps.db, asking.personId), installation: deps.db };
}

/**
 * The same with all of the database, for what is no user's: who is asking and what they may, wrong tries by
 * address, what the owner is told.
 */
export function unscoped(deps: Deps): Deps {
  return deps.installation ? { ...deps, db: deps.installation, installation: undefined } : deps;
}

/**
 * A use case of a user that was handed all of the database is a fault of ours: it goes no further.
 * @throws Error then
 */
export function mustBeScoped(deps: Deps, caller: Pick<Caller, 'session' | 'key'>): void {
  if (isUsers(askingOf(caller)) && !deps.installation && deps.fences?.rows !== false)
    throw new Error('a request of a user that may see more than the user');
}

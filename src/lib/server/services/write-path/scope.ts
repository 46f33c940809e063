import type { AccountKind } from '../../../core/sign-in/account';
import type { SignInStep } from '../../../core/sign-in/sign-in-step';
import { tenantDatabase } from '../../db/driver/tenant';
import type { Deps } from './deps';

/** Whose request it is, as far as that decides what the database shows; null: nobody's. */
type Asking = { kind: AccountKind; personId: string; step: SignInStep } | null;

/** Until its sign-in is over nobody knows that it is the user: whoever made the secret is judged, too, and of these a user sees nothing. */
function isUsers(session: Asking): session is NonNullable<Asking> {
  return session?.kind === 'user' && session.step === 'ready';
}

/**
 * What use cases stand on for whoever asks (TEN-3): of a user's request, a database that shows and lets change that user's rows alone,
 * whatever the code asks it for. Asked again, the same.
 */
export function scoped(deps: Deps, session: Asking): Deps {
  if (!isUsers(session) || deps.installation || deps.fences?.rows === false) return deps;
  return { ...deps, db: tenantDatabase(deps.db, session.personId), installation: deps.db };
}

/** The same with all of the database, for what is no user's: who is asking and what they may, wrong tries by address, what the owner is told. */
export function unscoped(deps: Deps): Deps {
  return deps.installation ? { ...deps, db: deps.installation, installation: undefined } : deps;
}

/** A use case of a user that was handed all of the database is a fault of ours: it goes no further. @throws Error then */
export function mustBeScoped(deps: Deps, { session }: { session: Asking }): void {
  if (isUsers(session) && !deps.installation && deps.fences?.rows !== false)
    throw new Error('a request of a user that may see more than the user');
}

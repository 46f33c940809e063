import type { ActingAs } from '../../../protocol/acting-as';
import type { AuthorityView } from '../../services/decisions/authority-view';
import type { Caller } from '../../services/write-path/caller';
import type { Deps } from '../../services/write-path/deps';

/** Context of a procedure: the use cases' dependencies, the caller, and the one cookie. */
export type Context = {
  deps: Deps;
  /** Authority as this process knows it: who may do what. */
  authority: AuthorityView;
  caller: Caller;
  /** Identity that the request claims (protocol/acting-as); null when it claims none, as scripts do. */
  claimed: string | null;
  /** The session in which this is answered; null: in nobody's. */
  answersAs(): ActingAs | null;
  /** Sets the session cookie; `personId`: whose session that is, where it is not the caller's own. */
  setSession(token: string, personId?: string): void;
  /** The request is of a visit, whether or not that still stands. */
  isVisit: boolean;
  /** Sets the cookie of a visit that has begun, beside that of the session; `endsAt`: ISO. */
  setVisit(token: string, endsAt: string): void;
  /** Takes the cookie away that the request came in: the session's, or the visit's. */
  dropSession(): void;
  /** Sets the cookie by which this device is known again. */
  setDevice(token: string): void;
  /** Tells the browser to clear what it holds of this console, the cookie apart. */
  clearSite(): void;
};

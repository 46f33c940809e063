import type { CatalogueIndex } from '../../../core/access/catalogue';
import type { MailPorts } from '../../../core/settings/settings-limits';
import type { Keyring } from '../../auth/keyring';
import type { Database } from '../../db/driver/client';
import type { GrantsCache } from './grants';
import type { PermitCounter } from './permit-counter';

/** Dependencies of the use cases. Made once per process by a composition root. */
export type Deps = {
  /** The database; for a user's request it shows that user's rows alone (scope.ts). */
  readonly db: Database;
  /** All of the database, where `db` is one user's. */
  readonly installation?: Database | undefined;
  /** Fences of hard scope that stand; absent: both. Tests alone take one away, to see what the other holds. */
  readonly fences?: Fences | undefined;
  readonly catalogue: CatalogueIndex;
  readonly grants: GrantsCache;
  /** Keys for what is sealed in the database and for links. */
  readonly keyring: Keyring;
  /** The public origin, for links. */
  readonly origin: string;
  /** Ports that mail may go to besides those of mail servers; absent: none. */
  readonly mailPorts?: MailPorts | undefined;
  /** Webhooks may be posted to this machine; absent: they may not. */
  readonly webhookLoopback?: boolean | undefined;
  /** Counts what is permitted (DEC-6); absent: nothing is counted. */
  readonly permits?: PermitCounter | undefined;
  readonly log: Log;
};

/** The two fences of hard scope (TEN-3): what the code asks for a user, and what the database shows it. */
export type Fences = { readonly code: boolean; readonly rows: boolean };

/** The program's own log (not the product's): structured, without secrets. */
export type Log = {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
};

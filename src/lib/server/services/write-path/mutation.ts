import type { PermissionId } from '../../../core/access/catalogue/permission-ids';
import type { OnlyBy } from '../../../core/applications/only-by';
import type { Refusal } from '../../../core/access/refusal';
import type { AuditActor, AuditEvent } from '../../../core/log/entry';
import type { RoleKind } from '../../../core/roles/role-kinds';
import type { AuthoritySubject } from '../../db/driver/notify';
import type { AuditedTransaction } from '../../db/driver/transaction';
import type { RoleLock, RoleRow } from '../../db/tables/roles-table';
import type { SessionRow } from '../../db/tables/sessions-table';
import type { ActingPerson } from './acting-person';
import type { Answering } from './ask';
import type { AffectedRecord } from './audit';
import type { Caller, RequestFacts } from './caller';
import type { Deps } from './deps';
import type { EditedRole, RoleEditing } from './edited-role';
import type { LockedRecords, RecordNames } from './lock-records';
import type { Notice } from './notices';
import type { RefusalOr } from './refusal-or';

/** Outcome of a decision. A refusal changes nothing; it is answered, and logged where it is one of authority. */
export type Outcome<A> =
  | { refused: Refusal }
  | {
      answer: A;
      /** Statements left to be written: one each, sent together with the entries. */
      writes?: ((tx: AuditedTransaction) => Promise<unknown>)[];
      events: AuditEvent[];
      /** Records the documents must be told of. */
      affects: AffectedRecord[];
      /** Subjects whose open pages and sockets must be judged anew. */
      authority?: AuthoritySubject[];
      /** Notices to people, on screen and by mail. */
      notices?: Notice[];
      /** People for whom something changed that no document shows: their open pages ask again. */
      news?: string[];
    };

export type Answer<A> = { refused: Refusal } | { answer: A };

/** Fields that every question that changes something carries. */
export type OperationInput = {
  op: string;
  /** Time it was made on a device without a connection, by that device's clock. */
  claimedAt?: string | undefined;
};

/** Context of a use case before its transaction. */
export type Preparation = {
  deps: Deps;
  caller: Caller;
  /**
   * Does slow work for whoever may ask for this, so that nobody else keeps it busy. It takes what the use case
   * takes, at this moment; that is decided again in the transaction.
   */
  permitted<T>(work: Answering<T>): Promise<RefusalOr<T>>;
};

/** Caller, and what was prepared for it. */
export type Prepared<P> = { caller: Caller; prepared: P };

/**
 * A use case that changes something, in its phases: `prepare` (before the transaction), the records it names
 * (locked), `decide`, and `told` (after the commit). `A`: the answer as it is kept with the operation; `P`: what is
 * prepared; `T`: what is told.
 */
export type Mutation<I extends OperationInput, A, P = undefined, T = A> = RecordNames<I, Prepared<P>> & {
  /** Name of the procedure: part of the operation's identity. */
  name: string;
  /**
   * Permission the actor must hold; null when the decision asks for it part by part, or it is about the actor
   * alone.
   */
  permission: PermissionId | null | ((input: I) => PermissionId);
  /** Permission a user must hold in place of that; absent: the same. */
  permissionOfUsers?: PermissionId | null | undefined;
  /** True if the password must have been proved lately (AUT-4). */
  sensitive?: boolean | ((input: I) => boolean);
  /** Callers who alone may ask for it; absent: whoever holds the permission. */
  by?: OnlyBy | undefined;
  /** Kind of the roles that it names (TEN-4); absent: of administrators. */
  roles?: RoleKind | undefined;
  /** Roles the decision depends on, besides the actor's own and those of `people` and packages. */
  locks?(input: I): RoleLock[];
  /** Edit of one of these roles: what it depends on is read with the lock (`Decision.edited`); absent: it is none. */
  edits?(input: I): RoleEditing;
  /** Target of the attempt, for the log of a refusal. */
  target(input: I, by: Prepared<P>): { type: string; id: string };
  /** The input as it identifies the operation, with a mark in place of a secret; absent: as it was asked. */
  kept?(input: I, deps: Deps): OperationInput;
  /**
   * Work before the transaction: what takes so long that no lock may be held through it, and secrets that no
   * answer keeps.
   */
  prepare?(before: Preparation, input: I): Promise<RefusalOr<P>>;
  decide(context: Decision, input: I, prepared: P): Promise<Outcome<A>>;
  /**
   * Makes what is told from an answer, from one that was kept before as well; absent: the whole answer is told,
   * and nothing else.
   */
  told?(kept: A, input: I, from: { deps: Deps; prepared: P }): T;
};

/** Context of a decision: all it may look at. Everything in it is locked until the transaction ends. */
export type Decision = LockedRecords & {
  deps: Deps;
  tx: AuditedTransaction;
  actor: ActingPerson;
  /** The session the actor acts through; null: a key. What is by `session` alone has one. */
  session: SessionRow | null;
  /** Kind of whoever acts: a person, by whatever credential, or an application. */
  kind: AuditActor['type'];
  request: RequestFacts;
  /** Those of the mutation's kind: any other is not there for it. */
  roles: ReadonlyMap<string, RoleRow>;
  /** Role that the mutation edits; null: it names none. */
  edited: EditedRole | null;
};

/** The session of a decision of people alone. @throws when there is none: the command does not say `by: 'session'` */
export function ownSession({ session }: Pick<Decision, 'session'>): SessionRow {
  if (!session) throw new Error('a command that takes a session was asked for with a key');
  return session;
}

import type postgres from 'postgres';

/** Runs the statements of one transaction, or those outside of any. */
export type Handler = (query: Query) => void;

/** A statement of postgres.js 3.4: it is handed to its handler once somebody waits for it. */
export type Query = Promise<unknown> & {
  /** Its values; of a template their places may hold parts of it. */
  args: readonly unknown[];
  handler: Handler;
  resolve(result: Result): void;
  reject(error: unknown): void;
  /** Set: the driver passes it over when its turn comes. */
  cancelled: { resolve(): void; reject(): void } | null;
};

/** Rows, and what was done: `COMMIT`. */
export type Result = unknown[] & { command?: string };

/** Connection as postgres.js 3.4 keeps it, as far as it is needed here. */
export type Connection = {
  id: number;
  /** Sends a statement; not true: it takes no more until what was sent is answered. */
  execute(query: Query): unknown;
  /**
   * Called when all is answered that was sent of a transaction which is not over; null: the connection is there for
   * everybody.
   */
  reserved: (() => void) | null;
  /** Called when it was lost. */
  onclose: ((error: unknown) => void) | null;
};

/**
 * Makes a statement of a text. `onexecute` hears which connection it is sent over; what it gives back is that of
 * `execute`.
 */
export type Run = (
  text: string,
  parameters?: unknown[],
  options?: { onexecute?: (connection: Connection) => unknown }
) => Query;

/** Makes one of a template. */
export type Template = (...template: Parameters<postgres.Sql>) => unknown;

/** The connection of a transaction is gone: its outcome is unknown. */
export class TransactionLost extends Error {
  override name = 'TransactionLost';
  readonly code = 'CONNECTION_CLOSED';
}

/**
 * Refuses a statement that holds what the driver cannot encode, and says whether it did: it would fail while it is
 * written, and the driver would fail another one in its place.
 */
export function refuseUnsendable(query: Query): boolean {
  const isUnsendable = query.args.some((value) => value === undefined || value instanceof Date);
  if (isUnsendable) query.reject(new TypeError('a statement with a value that has no form on the wire'));
  return isUnsendable;
}

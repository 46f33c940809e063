import postgres from 'postgres';
import type { AdministratorRow } from '../../../src/lib/server/db/tables/administrators-table';
import type { TreeNode } from '../../../src/lib/core/log/tree';
import type { EntryDoc } from '../../../src/lib/server/db/log/audit-schema';
import type { CountedDenials } from '../../../src/lib/server/db/tables/denials-table';
import type { NoticeRow } from '../../../src/lib/server/db/tables/notices-table';
import type { CellRow, RoleRow } from '../../../src/lib/server/db/tables/roles-table';
import type { SessionRow } from '../../../src/lib/server/db/tables/sessions-table';
import type { SettingsRow } from '../../../src/lib/server/db/tables/settings-table';
import type { Queryable } from '../../../src/lib/server/db/driver/client';
import type { Actor, World } from '../world';
import { Locks, type LockMode } from './locks';

type Rows = {
  roles: RoleRow;
  cells: CellRow;
  administrators: AdministratorRow;
  sessions: SessionRow;
  operations: {
    actor: string;
    op: string;
    request: Uint8Array;
    answer: string;
    parts: string[] | null;
    at: Date;
  };
  entries: { n: number; body: Uint8Array; leaf: Uint8Array; doc: EntryDoc };
  personal: { n: number; doc: Uint8Array };
  pending: { n: number; touches: string[] };
  sequence: { seq: number; n: number; chain: Uint8Array };
  nodes: TreeNode;
  documents: { name: string; clock: number; snapshot: Uint8Array; snapshotClock: number };
  updates: { name: string; clock: number; data: Uint8Array };
  notices: NoticeRow;
  denials: CountedDenials;
  settings: SettingsRow;
};
export type TableName = keyof Rows;
type Table<R> = ReadonlyMap<string, R>;

const TABLES: readonly TableName[] = [
  'roles',
  'cells',
  'administrators',
  'sessions',
  'operations',
  'entries',
  'personal',
  'pending',
  'sequence',
  'nodes',
  'documents',
  'updates',
  'notices',
  'denials',
  'settings'
];

/** Tables that are written in audited transactions alone (drizzle/0001, 0002, 0004). */
const FENCED: ReadonlySet<TableName> = new Set([
  'roles',
  'cells',
  'administrators',
  'sessions',
  'operations',
  'documents',
  'updates',
  'sequence',
  'nodes',
  'pending',
  'notices',
  'settings'
]);
/** Those whose change commits with an entry of the log alone. */
const RECORDED: ReadonlySet<TableName> = new Set([
  'roles',
  'cells',
  'administrators',
  'sessions',
  'settings'
]);

/** An error as Postgres would send it. */
export function pgError(code: string, constraint?: string): Error {
  const given = { message: `${code} ${constraint ?? ''}`, code, constraint_name: constraint };
  // The driver builds these of a server's message; its types name no way to make one.
  return new (postgres.PostgresError as unknown as new (given: object) => Error)(given);
}

/**
 * Postgres, as far as the simulated use cases need it: transactions at read committed (each statement sees what is
 * committed by then) or on one snapshot, row locks that wait and notice circles, unique keys, the fences and what is
 * judged at commit. What is kept is in memory and outlives every crash of a program, as it does in a database that
 * fsyncs.
 */
export class MemoryDatabase {
  readonly world: World;
  readonly locks: Locks;
  /** Share of the transactions that take time at each statement, 0 to 1, so that others come in between. */
  slowShare = 0.25;
  nextTicket = 1;
  /** Roles before their last change. */
  readonly previous = new Map<string, RoleRow>();
  readonly #tables = new Map<TableName, Map<string, unknown>>(TABLES.map((name) => [name, new Map()]));
  /** Tables whose present map some snapshot looks at. */
  readonly #shared = new Set<TableName>();
  readonly #open = new Set<MemoryTransaction>();

  constructor(world: World) {
    this.world = world;
    this.locks = new Locks(world);
  }

  table<N extends TableName>(name: N): Table<Rows[N]> {
    return this.#tables.get(name) as Table<Rows[N]>;
  }

  snapshot(): ReadonlyMap<TableName, Table<unknown>> {
    for (const name of TABLES) this.#shared.add(name);
    return new Map(this.#tables);
  }

  begin(): MemoryTransaction {
    const tx = new MemoryTransaction(this, this.slowShare > 0 && this.world.random.chance(this.slowShare));
    this.#open.add(tx);
    return tx;
  }

  end(tx: MemoryTransaction): void {
    this.#open.delete(tx);
    this.locks.release(tx);
  }

  apply(changes: ReadonlyMap<TableName, ReadonlyMap<string, unknown>>): void {
    for (const [name, rows] of changes) {
      let table = this.#tables.get(name)!;
      if (this.#shared.delete(name)) this.#tables.set(name, (table = new Map(table)));
      for (const [key, row] of rows)
        if (row === null) table.delete(key);
        else {
          const before = name === 'roles' ? (table.get(key) as RoleRow | undefined) : undefined;
          if (before) this.previous.set(key, before);
          table.set(key, row);
        }
    }
  }

  /** A program died: what it had not committed never was. */
  abandon(actor: Actor): void {
    for (const tx of this.#open) if (tx.actor === actor) tx.rollback();
  }
}

/** Runner of statements: a transaction, or a connection outside of one. */
export type Session = { run<T>(work: (tx: MemoryTransaction) => T | Promise<T>): Promise<T> };

/** The session behind what the product's code takes for drizzle's. */
export function sessionOf(tx: Queryable): Session {
  return tx as unknown as Session;
}

/** A row as the database keeps it: what was left out has its default. */
export function complete<R>(defaults: Partial<R>, given: object): R {
  return { ...defaults, ...given } as R;
}

/** Function that acts on the model when it is given a connection to it, and does the real thing anywhere else. */
export function modelled<A extends [unknown, ...unknown[]], R>(
  real: (...given: A) => R,
  model: (...given: NoInfer<A>) => NoInfer<R>
): (...given: A) => R {
  return (...given) =>
    given[0] instanceof MemoryConnection || given[0] instanceof MemoryTransaction
      ? model(...given)
      : real(...given);
}

/** A connection of one program: what it has for a `Database`. */
export class MemoryConnection implements Session {
  readonly #database: MemoryDatabase;

  constructor(database: MemoryDatabase) {
    this.#database = database;
  }

  /** A statement outside of a transaction. */
  run<T>(work: (tx: MemoryTransaction) => T | Promise<T>): Promise<T> {
    return this.#inTransaction((tx) => tx.run(work));
  }

  transaction<T>(work: (tx: MemoryTransaction) => Promise<T>): Promise<T> {
    return this.#inTransaction(work);
  }

  async #inTransaction<T>(work: (tx: MemoryTransaction) => Promise<T>): Promise<T> {
    const tx = this.#database.begin();
    try {
      const result = await work(tx);
      await tx.commit();
      return result;
    } catch (error) {
      tx.rollback();
      throw error;
    }
  }
}

export class MemoryTransaction implements Session {
  readonly actor: Actor;
  readonly slow: boolean;
  /** Nothing of it counts any more. */
  over = false;
  readonly #database: MemoryDatabase;
  readonly #changes = new Map<TableName, Map<string, unknown>>();
  #snapshot: ReadonlyMap<TableName, Table<unknown>> | null = null;
  #oneSnapshot = false;
  #audited = false;
  #recorded = false;
  #failed = false;
  #tail: Promise<unknown> = Promise.resolve();

  constructor(database: MemoryDatabase, slow: boolean) {
    this.#database = database;
    this.actor = database.world.actor;
    this.slow = slow;
  }

  /** Statements of a transaction run one after the other, in the order in which they were sent. */
  run<T>(work: (tx: MemoryTransaction) => T | Promise<T>): Promise<T> {
    const result = this.#tail.then(() => this.#statement(work));
    this.#tail = result.catch(() => undefined);
    return result;
  }

  async #statement<T>(work: (tx: MemoryTransaction) => T | Promise<T>): Promise<T> {
    const { world } = this.#database;
    if (this.slow) await world.wait(world.random.whole(0, world.random.chance(0.1) ? 2_000 : 12), this.actor);
    // Nobody is there to hear of it.
    if (!this.actor.alive) return new Promise(() => undefined);
    if (this.over) throw pgError('57P01');
    if (this.#failed) throw pgError('25P02');
    try {
      if (this.#oneSnapshot) this.#snapshot ??= this.#database.snapshot();
      return await work(this);
    } catch (error) {
      this.#failed = true;
      throw error;
    }
  }

  /** The statements that are no look at a table (db/driver/transaction). */
  execute(query: { queryChunks: { value?: unknown }[] }): Promise<never[]> {
    const text = String(query.queryChunks[0]?.value);
    if (text.startsWith("select set_config('app.txn'"))
      return this.run(() => {
        this.#audited = true;
        return [];
      });
    // Nothing is sent after it: it is done when the work is over.
    if (text === 'commit') return this.run(() => []);
    if (text.startsWith('set transaction isolation level repeatable read')) {
      // Not a look at anything yet: the moment is that of the statement after it.
      return this.run(() => {
        this.#oneSnapshot = true;
        return [];
      });
    }
    throw new Error(`the model of Postgres does not know: ${text}`);
  }

  get ticket(): number {
    if (!this.#audited) throw pgError('42501');
    this.#recorded = true;
    return this.#database.nextTicket++;
  }

  /** A role as it was before its last change, at times, where one moment is looked at: for a seeded fault. */
  earlier(row: RoleRow): RoleRow {
    return (
      (this.#oneSnapshot && this.#database.world.random.chance(0.3) && this.#database.previous.get(row.id)) ||
      row
    );
  }

  /** Rows that this statement sees. */
  all<N extends TableName>(name: N): Table<Rows[N]> {
    const seen = (this.#snapshot?.get(name) ?? this.#database.table(name)) as Table<Rows[N]>;
    const own = this.#changes.get(name);
    if (!own) return seen;
    const merged = new Map(seen);
    for (const [key, row] of own)
      if (row === null) merged.delete(key);
      else merged.set(key, row as Rows[N]);
    return merged;
  }

  get<N extends TableName>(name: N, key: string): Rows[N] | undefined {
    const own = this.#changes.get(name);
    if (own?.has(key)) return (own.get(key) ?? undefined) as Rows[N] | undefined;
    return (this.#snapshot?.get(name) ?? this.#database.table(name)).get(key) as Rows[N] | undefined;
  }

  /** Row that is committed now, whatever this transaction's moment is: for unique keys and rows taken by others. */
  committed<N extends TableName>(name: N, key: string): Rows[N] | undefined {
    return this.#database.table(name).get(key);
  }

  lock(name: TableName, key: string, mode: LockMode): Promise<void> {
    return this.#database.locks.take(this, `${name} ${key}`, mode);
  }

  /** An advisory lock, if nobody has it. */
  tryLock(key: string): boolean {
    return this.#database.locks.tryTake(this, `advisory ${key}`);
  }

  put<N extends TableName>(name: N, key: string, row: Rows[N] | null): void {
    if (FENCED.has(name) && !this.#audited) throw pgError('42501');
    let rows = this.#changes.get(name);
    if (!rows) this.#changes.set(name, (rows = new Map()));
    rows.set(key, row);
  }

  /** Adds a row under a unique key: whoever is first has it, the other learns so when the first has committed. */
  async add<N extends TableName>(name: N, key: string, row: Rows[N], constraint: string): Promise<void> {
    await this.lock(name, key, 'update');
    if (this.#changes.get(name)?.get(key) || this.committed(name, key)) throw pgError('23505', constraint);
    this.put(name, key, row);
  }

  /** A value that must be unique although it is not the key. */
  async unique(constraint: string, value: string, isTaken: () => boolean): Promise<void> {
    await this.#database.locks.take(this, `${constraint} ${value}`, 'update');
    if (isTaken()) throw pgError('23505', constraint);
  }

  commit(): Promise<void> {
    return this.run(() => {
      const changed = [...this.#changes.keys()];
      if (changed.some((name) => RECORDED.has(name)) && !this.#recorded) throw pgError('42501');
      this.#keepASuperAdministrator();
      this.#database.apply(this.#changes);
      this.over = true;
      this.#database.end(this);
    });
  }

  rollback(): void {
    if (this.over) return;
    this.over = true;
    this.#database.end(this);
  }

  /** drizzle/0004: judged at commit, on what is committed and what this transaction changed. */
  #keepASuperAdministrator(): void {
    const changed = this.#changes.get('administrators');
    if (!changed) return;
    const takesAway = [...changed.keys()].some((id) => {
      const before = this.committed('administrators', id);
      return before !== undefined && isUsableSuper(before);
    });
    if (!takesAway) return;
    const after = new Map(this.#database.table('administrators'));
    for (const [id, row] of changed) after.set(id, row as AdministratorRow);
    if (![...after.values()].some(isUsableSuper)) throw pgError('RC001');
  }
}

function isUsableSuper(row: AdministratorRow): boolean {
  return (
    row.roleId === 'super_administrator' &&
    row.status === 'active' &&
    row.deletedAt === null &&
    row.activationExpiresAt === null &&
    row.passwordHash !== null &&
    (row.twoFactor || !row.require2fa)
  );
}

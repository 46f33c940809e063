import type { WebSocket } from 'ws';
import type { z } from 'zod';
import { canonicalJson, type Json } from '../../src/lib/core/log/canonical-json';
import type { Refusal } from '../../src/lib/core/access/refusal';
import { AdministratorUpdate, PersonAction } from '../../src/lib/protocol/administrator-inputs';
import { RoleEdit } from '../../src/lib/protocol/role-inputs';
import { CLOSE } from '../../src/lib/protocol/close-codes';
import type { DocumentName } from '../../src/lib/protocol/documents';
import { NO_KEYS } from '../../src/lib/server/auth/no-keys';
import { NO_LOG_KEYS } from '../../src/lib/server/auth/log-key';
import { readAdministrators } from '../../src/lib/server/db/tables/administrators-table';
import type { Database, DatabaseHandle } from '../../src/lib/server/db/driver/client';
import { findSession, insertSession, renewSession } from '../../src/lib/server/db/tables/sessions-table';
import { auditedTransaction } from '../../src/lib/server/db/driver/transaction';
import { record } from '../../src/lib/server/services/write-path/audit';
import { auditActor } from '../../src/lib/server/services/write-path/audit-actor';
import type { Deps } from '../../src/lib/server/services/write-path/deps';
import { isPassing } from '../../src/lib/server/services/write-path/faults';
import { otherSession } from '../../src/lib/server/services/write-path/other-session';
import { grantsCache } from '../../src/lib/server/services/write-path/grants';
import {
  reactivateAdministrator,
  suspendAdministrator
} from '../../src/lib/server/services/administrators/suspend';
import { updateAdministrator } from '../../src/lib/server/services/administrators/update-administrator';
import { editRole } from '../../src/lib/server/services/roles/edit-role';
import type { ChangeListener } from '../../src/lib/server/services/log/sequencer/change-listener';
import { startSequencer } from '../../src/lib/server/services/log/sequencer/sequencer';
import { mutate } from '../../src/lib/server/services/write-path/mutate';
import type { OperationInput, Mutation } from '../../src/lib/server/services/write-path/mutation';
import { Connection } from '../../ws-server/connection';
import { Room } from '../../ws-server/room';
import { faultyDatabase, faultyGrants, faultyInput } from './faulty-service';
import { isOn } from './faults';
import { CATALOGUE, LOG_ORIGIN, PEOPLE, type Person } from './ground';
import type { Actor, World } from './world';

/** Role that somebody had when the story began: it may be outdated when a request is judged. */
function roleAtFirst(personId: string): { roleId?: string } {
  const person = PEOPLE.find(({ id }) => id === personId);
  return person ? { roleId: person.roleId } : {};
}

/** A procedure: what it takes at the edge, and the use case behind it. */
function endpoint<I extends OperationInput, A>(schema: z.ZodType<I>, mutation: Mutation<I, A>) {
  return {
    schema,
    run: (deps: Deps, sid: string, personId: string, input: unknown) =>
      mutate(
        deps,
        {
          request: { id: 'simulated', ip: '192.0.2.1', peer: '192.0.2.1', userAgent: 'simulated' },
          session: { sid, personId, kind: 'administrator', step: 'ready', ...roleAtFirst(personId) },
          key: null,
          device: null
        },
        mutation,
        input as I
      )
  };
}
const ENDPOINTS: Record<string, ReturnType<typeof endpoint<never, unknown>>> = {
  'roles.edit': endpoint(RoleEdit, editRole),
  'administrators.update': endpoint(AdministratorUpdate, updateAdministrator),
  'administrators.suspend': endpoint(PersonAction, suspendAdministrator),
  'administrators.reactivate': endpoint(PersonAction, reactivateAdministrator)
} as never;

/** Refusal that the program gives while its database is away (trpc/init). */
const COME_BACK: Refusal = { code: 'busy', retryAfter: 2 };

export type Cookie = { sid: string; personId: string };
export type Reply = { status: number; body: unknown };

/** Moments at which a program can be struck: it dies, or loses its database, before or after a commit. */
export const BLOWS = ['dies before', 'dies after', 'loses before', 'loses after'] as const;
export type Blow = { at: (typeof BLOWS)[number]; of: 'request' | 'sequencer' };

/** The database behind the programs: the model of one, or a real one. */
export type Backend = {
  /** A program's handle on it, each time another object. */
  connect(): Database;
  /** A program died: whatever it had open is rolled back. */
  abandon(actor: Actor): void;
  /** Time stands still while it works: it has a clock of its own. */
  isReal: boolean;
};

/** Request to the service and its answer, as it saw them: the checker's side of the story. */
export type Served = {
  at: number;
  op: string;
  person: string;
  procedure: string;
  input: unknown;
  answer?: unknown;
  refused?: Refusal;
};

/** Program that serves sign-ins: no blow of a story is meant for it. */
const LISTENER: Actor = { name: 'listener', alive: true };

/** A few programs on one database, behind something that sends each request to one that lives. */
export class Service {
  readonly world: World;
  readonly backend: Backend;
  readonly programs: Program[] = [];
  readonly served: Served[] = [];
  /** Times at which the password was proved, in milliseconds since 1970, by session. */
  readonly proofs = new Map<string, number[]>();
  /** Number of requests of another session than the one whose cookie came with them. */
  ofOthers = 0;
  blow: Blow | null = null;
  #sessions = 0;

  constructor(world: World, backend: Backend) {
    this.world = world;
    this.backend = backend;
  }

  start(programs: number): void {
    for (let n = 0; n < programs; n++) this.programs.push(new Program(this, `program ${n}`));
  }

  /** Begins the installation. */
  found(found: (deps: Pick<Deps, 'db' | 'catalogue'>) => Promise<void>): Promise<void> {
    return found({ ...this.#own(), catalogue: CATALOGUE });
  }

  /** A program that lives; null when none does. */
  any(): Program | null {
    const alive = this.programs.filter(({ actor }) => actor.alive);
    return alive.length > 0 ? this.world.random.pick(alive) : null;
  }

  /** A sign-in, as far as what follows it is concerned. Null when the person may not, or nobody answers. */
  signIn(person: Person, { provedMinutesAgo = 0 } = {}): Promise<Cookie | null> {
    return this.#serve(() => this.#signIn(person, provedMinutesAgo));
  }

  async #signIn(person: Person, provedMinutesAgo: number): Promise<Cookie | null> {
    const { db } = this.#own();
    const [row] = await readAdministrators(db, [person.id]);
    if (row?.status !== 'active') return null;
    const sid = `session-${++this.#sessions}`;
    const far = new Date(Date.UTC(2100, 0, 1));
    this.proofs.set(sid, [Date.now() - provedMinutesAgo * 60_000]);
    await auditedTransaction(db, async (tx) => {
      await insertSession(tx, {
        sid,
        administratorId: person.id,
        secretHash: new Uint8Array(32),
        aal: 1,
        provedAt: new Date(Date.now() - provedMinutesAgo * 60_000),
        createdAt: new Date(),
        endsAt: far,
        expiresAt: far
      });
      await this.#tell(tx, person, sid, 'auth.sign_in');
    });
    return { sid, personId: person.id };
  }

  /** The password is proved anew in a session; false when it does not stand any more. */
  prove(person: Person, cookie: Cookie): Promise<boolean> {
    return this.#serve(() => this.#prove(person, cookie));
  }

  async #prove(person: Person, { sid }: Cookie): Promise<boolean> {
    const { db } = this.#own();
    if (!(await findSession(db, sid))) return false;
    this.proofs.get(sid)!.push(Date.now());
    await auditedTransaction(db, async (tx) => {
      await renewSession(tx, sid, { secretHash: new Uint8Array(32), provedAt: new Date() });
      await this.#tell(tx, person, sid, 'auth.reauthenticated');
    });
    return true;
  }

  /** Done to its end whatever becomes of the page that asked; only the answer is for nobody then. */
  #serve<T>(work: () => Promise<T>): Promise<T> {
    const asker = this.world.actor;
    return new Promise((resolve, reject) =>
      this.world.after(
        0,
        () =>
          void work().then(
            (result) => this.world.after(0, () => resolve(result), asker),
            (error: Error) => this.world.after(0, () => reject(error), asker)
          ),
        LISTENER
      )
    );
  }

  async #tell(
    tx: Parameters<typeof record>[0],
    person: Person,
    sid: string,
    action: 'auth.sign_in' | 'auth.reauthenticated'
  ): Promise<void> {
    await record(
      tx,
      {
        actor: auditActor({ ...person, kind: 'administrator' }, sid, 1),
        request: { id: 'simulated', ip: null, peer: null, userAgent: null }
      },
      { action, target: { type: 'session', id: sid, name: null }, outcome: 'success' },
      []
    );
  }

  #own(): { db: Database } {
    return { db: watched(this, null, this.backend.connect(), 'other') };
  }

  /** Something was committed: everybody hears of it, or not. A notification is a hint. */
  hint(about: 'entries' | 'documents'): void {
    const { random } = this.world;
    for (const program of this.programs)
      if (program.actor.alive && random.chance(0.9)) {
        const ms = random.whole(1, 6);
        this.world.after(ms, () => (about === 'entries' ? program.kick() : program.follow()), program.actor);
      }
  }
}

/** One program: its memory, its sequencer, its readers. All of it is gone when it dies. */
export class Program {
  actor: Actor;
  kick: () => void = () => undefined;
  readonly #service: Service;
  readonly #name: string;
  #deps!: Deps;
  #rooms = new Map<string, Room>();
  /** Both ends of a socket break at once. */
  readonly #sockets = new Set<ServerSocket>();

  constructor(service: Service, name: string) {
    this.#service = service;
    this.#name = name;
    this.actor = { name, alive: false };
    this.#begin();
  }

  /** All that a program does is its own, from its first moment on. */
  #begin(): void {
    this.actor = { name: this.#name, alive: true };
    this.#deps = this.#make('request');
    this.#service.world.after(0, () => this.#work(), this.actor);
  }

  #make(of: 'request' | 'sequencer'): Deps {
    const { world, backend } = this.#service;
    return {
      db: watched(this.#service, this, backend.connect(), of),
      catalogue: CATALOGUE,
      grants: faultyGrants(grantsCache(CATALOGUE)),
      keyring: NO_KEYS,
      origin: 'https://simulation.example',
      log: {
        info: () => undefined,
        warn: (fields, message) => this.#warn(fields, message),
        error: (fields, message) => world.problem(`${this.#name}: ${message} ${textOf(fields)}`)
      }
    };
  }

  #work(): void {
    const { world } = this.#service;
    const { actor } = this;
    const listen = (_channel: string, heard: () => void) => {
      this.kick = heard;
      return Promise.resolve({ unlisten: () => Promise.resolve() });
    };
    const handle = { driver: { listen } } as unknown as DatabaseHandle;
    const onChange: ChangeListener = (changes) => (isCommitted) => {
      for (const change of changes) {
        const room = this.#rooms.get(change.name as DocumentName);
        if (room && !(isCommitted && room.take(change))) void room.follow();
      }
    };
    const options = { logOrigin: LOG_ORIGIN, keys: NO_LOG_KEYS, onChange };
    void startSequencer(this.#make('sequencer'), handle, options);
    const look = () => {
      this.follow();
      world.after(LOOK_MS, look, actor);
    };
    world.after(LOOK_MS, look, actor);
  }

  #warn(fields: object, message: string): void {
    const { err } = fields as { err?: unknown };
    if (!isPassing(err)) this.#service.world.problem(`${this.#name}: ${message} ${textOf(fields)}`);
  }

  die(): void {
    if (!this.actor.alive) return;
    const { world, backend } = this.#service;
    world.note(`${this.#name} dies`);
    this.actor.alive = false;
    backend.abandon(this.actor);
    this.kick = () => undefined;
    this.#rooms = new Map();
    for (const socket of this.#sockets) socket.broken();
    this.#sockets.clear();
    const nobody = { name: 'supervisor', alive: true };
    world.after(
      world.random.whole(50, 4000),
      () => {
        world.note(`${this.#name} is back`);
        this.#begin();
      },
      nobody
    );
  }

  /** A request arrived. What the program would send back; never settles when it dies over it. */
  async handle(
    procedure: string,
    body: string,
    cookie: Cookie | null,
    claimed: string | null
  ): Promise<Reply> {
    const { world, served } = this.#service;
    if (procedure === 'me.get') return this.#who(cookie);
    const found = ENDPOINTS[procedure];
    if (!found) return refusal({ code: 'not-found', what: 'procedure' });
    if (!cookie) return refusal({ code: 'auth/signed-out' });
    const other = isOn('anybodys-session')
      ? null
      : otherSession(claimed, { ...cookie, kind: 'administrator', step: 'ready' });
    if (other) {
      this.#service.ofOthers++;
      return refusal(other);
    }
    const parsed = found.schema.safeParse(JSON.parse(body));
    if (!parsed.success) {
      world.problem(`a device sent what the edge refuses: ${procedure} ${body} ${parsed.error.message}`);
      return refusal({ code: 'input/invalid', field: 'input', message: '' });
    }
    const input = faultyInput(parsed.data) as OperationInput;
    try {
      const result = await found.run(this.#deps, cookie.sid, cookie.personId, input);
      const line: Served = {
        at: world.now,
        op: input.op,
        person: cookie.personId,
        procedure,
        input: parsed.data
      };
      if ('refused' in result) served.push({ ...line, refused: result.refused });
      else served.push({ ...line, answer: result.answer });
      world.note(`${this.#name} answers ${procedure} ${input.op} ${canonicalJson(result as Json)}`);
      return 'refused' in result
        ? refusal(result.refused)
        : { status: 200, body: { result: { data: result.answer } } };
    } catch (error) {
      if (isPassing(error)) return refusal(COME_BACK);
      world.problem(`${this.#name}: ${procedure} failed: ${String((error as Error).stack)}`);
      return { status: 500, body: { error: { data: { refusal: null, httpStatus: 500 } } } };
    }
  }

  async #who(cookie: Cookie | null): Promise<Reply> {
    try {
      const found = cookie && (await findSession(this.#deps.db, cookie.sid));
      return found
        ? { status: 200, body: { result: { data: cookie } } }
        : refusal({ code: 'auth/signed-out' });
    } catch (error) {
      if (isPassing(error)) return refusal(COME_BACK);
      throw error;
    }
  }

  /** Record of a person that a page asks to see; null: there is none. */
  async look(personId: string): Promise<unknown> {
    const [row] = await readAdministrators(this.#deps.db, [personId]);
    return row ? { name: row.name, roleId: row.roleId, caps: row.caps, seq: row.seq } : null;
  }

  /** A socket that is not answered yet breaks as well when the program dies. */
  expects(socket: ServerSocket): void {
    this.#sockets.add(socket);
  }

  /** Somebody opens a document: the socket is answered from the room of that document, as the gateway does. */
  async admit(socket: ServerSocket, name: DocumentName, cookie: Cookie | null, fed: string): Promise<void> {
    const found = cookie && (await findSession(this.#deps.db, cookie.sid));
    if (!found || found.person.id !== fed) return socket.close(CLOSE.signedOut);
    let room = this.#rooms.get(name);
    if (!room) {
      room = new Room(name, this.#deps.db);
      this.#rooms.set(name, room);
    }
    await room.follow();
    if (!room.exists) {
      this.#rooms.delete(name);
      return socket.close(CLOSE.tooSlow);
    }
    const { id, name: title, kind, roleId, packageId, owner } = found.person;
    const holder = {
      sid: cookie.sid,
      personId: id,
      kind,
      name: title,
      roleId,
      packageId,
      owner,
      seesUsage: true,
      visit: null
    };
    const connection = new Connection(
      socket as unknown as WebSocket,
      room,
      holder,
      'simulated',
      this.#service.world.now
    );
    room.connections.add(connection);
    socket.hears(connection, () => this.#sockets.delete(socket));
  }

  /** Reads what is new of every open document. */
  follow(): void {
    for (const room of this.#rooms.values()) void room.follow();
  }
}

/** Interval at which a program looks for changes that no notification told of, in milliseconds. */
const LOOK_MS = 5_000;

/** The program's end of a socket, as far as `Connection` knows one. */
export type ServerSocket = {
  hears(connection: Connection, gone: () => void): void;
  close(code: number): void;
  broken(): void;
};

function refusal(refused: Refusal): Reply {
  return { status: 400, body: { error: { data: { refusal: refused, httpStatus: 400 } } } };
}

function textOf(fields: object): string {
  const { err } = fields as { err?: unknown };
  return err instanceof Error ? `${err.name}: ${err.message}` : JSON.stringify(fields);
}

class Died extends Error {
  override name = 'Died';
}

const NEVER = new Promise<never>(() => undefined);

/** A program's database, with the moments at which it can be struck. */
function watched(
  service: Service,
  program: Program | null,
  inner: Database,
  of: Blow['of'] | 'other'
): Database {
  const { world, backend } = service;
  const hold = <T>(work: Promise<T>) => (backend.isReal ? world.hold(work) : work);
  const run = inner.transaction.bind(inner) as (work: (tx: unknown) => Promise<unknown>) => Promise<unknown>;
  const transaction = async (work: (tx: unknown) => Promise<unknown>): Promise<unknown> => {
    let blow: Blow['at'] | null = null;
    let result: unknown;
    try {
      result = await hold(
        run(async (tx) => {
          const strike = () => {
            if (!program || blow !== null || service.blow?.of !== of) return;
            blow = service.blow.at;
            service.blow = null;
            world.note(`${program.actor.name} ${blow} the commit of a ${of}`);
            if (blow === 'dies before') {
              program.die();
              throw new Died();
            }
            if (blow === 'loses before') throw lost();
          };
          // Work that commits by itself is struck before that.
          const done = await work(strikingBeforeCommit(tx as Executing, strike));
          const isIdle = of === 'sequencer' && !(done as { numbered?: number } | null)?.numbered;
          if (!isIdle) strike();
          return done;
        })
      );
    } catch (error) {
      if (error instanceof Died) return NEVER;
      throw error;
    }
    if (of !== 'sequencer') service.hint('entries');
    else if ((result as { numbered?: number } | null)?.numbered) service.hint('documents');
    if (blow === 'dies after') {
      program?.die();
      return NEVER;
    }
    if (blow === 'loses after') throw lost();
    return result;
  };
  return faultyDatabase(world, Object.assign(inner, { transaction: transaction as never }), of);
}

type Executing = { execute(query: { queryChunks?: { value?: unknown }[] }): Promise<unknown> };

function strikingBeforeCommit(tx: Executing, strike: () => void): Executing {
  const execute = tx.execute.bind(tx);
  return Object.assign(tx, {
    async execute(query: Parameters<Executing['execute']>[0]) {
      if (String(query.queryChunks?.[0]?.value) === 'commit') strike();
      return execute(query);
    }
  });
}

/** Error of the driver when the connection is gone. */
function lost(): Error {
  return Object.assign(new Error('the connection is gone'), { code: 'CONNECTION_CLOSED' });
}

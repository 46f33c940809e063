import type { DocumentName } from '../../src/lib/protocol/documents';
import type { Connection } from '../../ws-server/connection';
import { isOn } from './faults';
import type { Cookie, Reply, ServerSocket, Service } from './server';
import type { Actor, World } from './world';

/** A device's way to the service: it loses, delays, doubles and reorders, and is cut off at times. */
export class Link {
  /** Cut off: nothing gets through in either direction, and nobody says so. */
  cut = false;
  /** True at rest: nothing is lost and nothing comes late. */
  calm = false;
  readonly #world: World;
  readonly #service: Service;
  /** Actor of what is under way, which belongs to nobody who could die. */
  readonly #actor: Actor;
  readonly #sockets = new Set<Socket>();

  constructor(world: World, service: Service, name: string) {
    this.#world = world;
    this.#service = service;
    this.#actor = { name: `link of ${name}`, alive: true };
  }

  /** One way through: most are quick, some are slow. */
  get delay(): number {
    const { random } = this.#world;
    if (this.calm || random.chance(0.8)) return random.whole(5, 60);
    return random.chance(0.9) ? random.whole(60, 2_000) : random.whole(2_000, 20_000);
  }

  #isLost(): boolean {
    return this.cut || (!this.calm && this.#world.random.chance(0.06));
  }

  /** Asks the service, as `fetch` does: it resolves with an answer, fails, or never settles. */
  ask(procedure: string, body: string, cookie: Cookie | null, claimed: string | null): Promise<Reply> {
    const world = this.#world;
    const { random } = world;
    // Whoever asks hears of it where they live; the way there and back is the link's.
    const asker = world.actor;
    return new Promise((resolve, reject) => {
      const deliver = (answer: ((reply: Reply) => void) | null) => {
        const program = this.#service.any();
        if (!program) return answer && this.#later(() => reject(new TypeError('connection refused')), asker);
        const { actor } = program;
        world.after(
          0,
          () =>
            void program.handle(procedure, body, cookie, claimed).then((reply) => {
              if (!answer || this.#isLost()) return;
              this.#later(() => answer(reply), asker);
            }),
          actor
        );
      };
      if (!this.#isLost()) this.#later(() => deliver(resolve), this.#actor);
      // A copy that arrives by itself, once more or in place of the first one: at once, or minutes later.
      if (!this.calm && random.chance(0.08))
        world.after(
          random.chance(0.5) ? random.whole(1, 500) : random.whole(500, 240_000),
          () => deliver(null),
          this.#actor
        );
    });
  }

  #later(call: () => void, actor: Actor): void {
    this.#world.after(this.delay, call, actor);
  }

  /** Opens a socket on a document; `fed`: whose copy it is for. */
  open(name: DocumentName, cookie: Cookie | null, fed: string, ends: SocketEnds): Socket {
    const socket = new Socket(this.#world, this, this.#actor, ends);
    this.#sockets.add(socket);
    this.#later(() => {
      const program = this.cut || socket.isOver ? null : this.#service.any();
      if (!program) return socket.broken();
      program.expects(socket);
      this.#world.after(0, () => void program.admit(socket, name, cookie, fed), program.actor);
    }, this.#actor);
    return socket;
  }

  forget(socket: Socket): void {
    this.#sockets.delete(socket);
  }

  /** The way is gone: sockets on it break, sooner or later noticed. */
  break(): void {
    this.cut = true;
    for (const socket of this.#sockets) socket.broken();
  }
}

type SocketEnds = {
  owner: Actor;
  opened(): void;
  received(frame: Uint8Array): void;
  closed(code: number): void;
};

/** A socket: what is sent arrives in order, until it breaks. */
export class Socket implements ServerSocket {
  readonly OPEN = 1;
  readyState = 1;
  bufferedAmount = 0;
  isOver = false;
  readonly #world: World;
  readonly #link: Link;
  readonly #actor: Actor;
  readonly #ends: SocketEnds;
  #connection: Connection | null = null;
  #gone: (() => void) | null = null;
  /** Arrival of the last frame in each direction, in milliseconds of virtual time: none overtakes another. */
  #downAt = 0;
  #upAt = 0;

  constructor(world: World, link: Link, actor: Actor, ends: SocketEnds) {
    this.#world = world;
    this.#link = link;
    this.#actor = actor;
    this.#ends = ends;
  }

  /** The program's end is there. */
  hears(connection: Connection, gone: () => void): void {
    if (this.isOver) return connection.gone();
    this.#connection = connection;
    this.#gone = gone;
    this.#down(() => this.#ends.opened());
  }

  /** Sends from the program to the page. */
  send(frame: Uint8Array): void {
    if (this.isOver) return;
    if (isOn('push-dropped') && frame[1] === 2 && this.#world.random.chance(0.1)) return;
    this.#down(() => this.#ends.received(frame));
  }

  #down(call: () => void): void {
    const { now } = this.#world;
    this.#downAt = Math.max(this.#downAt, now + this.#link.delay);
    this.#world.after(this.#downAt - now, () => !this.isOver && call(), this.#ends.owner);
  }

  /** Sends from the page to the program. */
  up(frame: Uint8Array): void {
    const { now } = this.#world;
    this.#upAt = Math.max(this.#upAt, now + this.#link.delay);
    const arrive = () => {
      if (!this.isOver) this.#connection?.receive(frame, true, this.#world.now);
    };
    this.#world.after(this.#upAt - now, arrive, this.#actor);
  }

  /** The program closes it. */
  close(code: number): void {
    this.#end(code);
  }

  /** It breaks, at both ends. */
  broken(): void {
    this.#end(1006);
  }

  /** The page is gone, or lets go of it. */
  leave(): void {
    if (this.isOver) return;
    this.isOver = true;
    this.#over();
  }

  terminate(): void {
    this.broken();
  }

  ping(): void {
    // The program's sign of life: nothing is made of it here.
  }

  #end(code: number): void {
    if (this.isOver) return;
    this.isOver = true;
    this.#world.after(this.#link.delay, () => this.#ends.closed(code), this.#ends.owner);
    this.#over();
  }

  #over(): void {
    this.#link.forget(this);
    this.#gone?.();
    this.#connection?.gone();
  }
}

import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { parseCookie } from 'cookie';
import { WebSocketServer, type WebSocket } from 'ws';
import { CLOSE } from '../src/lib/protocol/close-codes';
import { parseDocumentName } from '../src/lib/protocol/documents';
import {
  SESSION_COOKIE,
  validateCookie,
  validateVisit,
  VISIT_COOKIE,
  type LiveSession
} from '../src/lib/server/auth/sessions';
import { isOurHost, isOurOrigin, namesTwoHosts } from '../src/lib/server/api/http/gate';
import { clientAddress, trustedProxies } from '../src/lib/server/api/http/client-address';
import type { Deps } from '../src/lib/server/services/write-path/deps';
import type { Admission } from './admission';
import { holderOf, type AuthorityWatch } from './authority-watch';
import { Connection, type Holder } from './connection';
import type { Connections } from './connections';
import { LIMITS } from './limits';
import type { Room } from './room';
import type { Rooms } from './rooms';
import { syncTarget, type SyncTarget } from './sync-target';
import { accountShown, isThereForUser } from './user-documents';

export type UpgradesOptions = {
  deps: Deps;
  /** Origin of this installation: others are turned away. */
  origin: string;
  trustedProxies: readonly string[];
  epoch: string;
  admission: Admission;
  rooms: Rooms;
  connections: Connections;
  watch: AuthorityWatch;
};

/** A WebSocket, and the stream that it goes over. */
type Line = { socket: WebSocket; stream: Duplex };

/** Somebody who may read a document, and how to give their place back. */
type Admitted = { holder: Holder; room: Room; leave: () => void };

/** The way in: from the request for a socket to a connection in its room, or to a refusal that its client can read. */
export class Upgrades {
  readonly #options: UpgradesOptions;
  readonly #trusted: ReturnType<typeof trustedProxies>;
  readonly #sockets = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: LIMITS.frameBytes,
    ...{ maxFragments: LIMITS.fragments, maxBufferedChunks: LIMITS.bufferedChunks, maxPendingAutoPongs: 10 }
  });
  #stopped = false;

  constructor(options: UpgradesOptions) {
    this.#options = options;
    this.#trusted = trustedProxies(options.trustedProxies);
  }

  /** Ends it: from now on everybody is turned away. */
  stop(): void {
    this.#stopped = true;
  }

  /** Handles an upgrade; false when its path is not ours. */
  take(request: IncomingMessage, socket: Duplex, head: Buffer): boolean {
    const { origin, admission } = this.#options;
    const target = syncTarget(request.url ?? '');
    if (!target) return false;
    socket.on('error', () => socket.destroy());
    const address = clientAddress(request, this.#trusted).ip ?? 'unknown';
    if (this.#stopped) return turnAway(socket, 503);
    if (namesTwoHosts(request)) return turnAway(socket, 400);
    if (!isOurHost(request.headers.host, origin)) return turnAway(socket, 421);
    if (!isOurOrigin(request, origin)) return turnAway(socket, 403);
    if (!admission.mayUpgrade(address, performance.now())) return turnAway(socket, 429);
    this.#sockets.handleUpgrade(
      request,
      socket,
      head,
      (accepted) => void this.#welcome({ socket: accepted, stream: socket }, request, target, address)
    );
    return true;
  }

  /**
   * Accepts first and judges then: a browser cannot see why an upgrade failed and would try for ever, but it reads a
   * close code. What a client sends meanwhile waits.
   */
  async #welcome(
    { socket, stream }: Line,
    request: IncomingMessage,
    target: SyncTarget,
    address: string
  ): Promise<void> {
    socket.on('error', () => socket.terminate());
    socket.pause();
    try {
      const admitted = await this.#judge(request, target, address);
      if (typeof admitted === 'number') closeSoon(socket, admitted);
      else if (this.#stopped || socket.readyState !== socket.OPEN) {
        admitted.leave();
        closeSoon(socket, CLOSE.restarting);
      } else await this.#serve({ socket, stream }, admitted, address);
      socket.resume();
    } catch (error) {
      this.#options.deps.log.warn({ err: error }, 'a socket could not be judged');
      socket.resume();
      closeSoon(socket, CLOSE.tooSlow);
    }
  }

  /** Account that may come in, with a place taken; the code to close with for everybody else. */
  async #judge(request: IncomingMessage, target: SyncTarget, address: string): Promise<number | Admitted> {
    const { deps, epoch, admission, rooms, watch } = this.#options;
    const name = parseDocumentName(target.name);
    const live = await this.#sessionOf(parseCookie(request.headers.cookie ?? ''), target.visit);
    const holder = live && holderOf(live, address);
    if (!holder) return CLOSE.signedOut;
    const shown = accountShown(deps, holder, target.fed);
    if (!shown) return CLOSE.signedOut;
    // Before anything else is said of it: to a user what is staff's is like what never was.
    if (!name) return CLOSE.noSuchDocument;
    if (holder.kind === 'user' && !(await isThereForUser(deps, holder.personId, name)))
      return CLOSE.noSuchDocument;
    if (target.epoch !== null && target.epoch !== epoch) return CLOSE.otherEpoch;
    const barred = await watch.barred(holder, name);
    if (barred !== null) return barred;
    const leave = admission.enter(address, holder.sid, holder.visit?.by.id ?? holder.personId);
    if (!leave) return CLOSE.tooSlow;
    const room = await rooms
      .open(name, { kind: holder.kind, id: holder.personId, shown, visitor: holder.visit?.by.id ?? null })
      .catch((error: unknown) => {
        leave();
        throw error;
      });
    if (room.exists) return { holder, room, leave };
    leave();
    return (await rooms.isDue(name)) ? CLOSE.tooSlow : CLOSE.noSuchDocument;
  }

  /** The session of a socket, or the visit that it says it is of. */
  async #sessionOf(
    cookies: Record<string, string | undefined>,
    visit: string | null
  ): Promise<LiveSession | null> {
    const { db } = this.#options.deps;
    if (visit === null) return validateCookie(db, cookies[SESSION_COOKIE]);
    const live = await validateVisit(db, cookies[VISIT_COOKIE]);
    return live?.session.sid === visit ? live : null;
  }

  async #serve({ socket, stream }: Line, { holder, room, leave }: Admitted, address: string): Promise<void> {
    const { connections, watch } = this.#options;
    const connection = new Connection(socket, room, holder, address, performance.now(), stream);
    connections.add(connection);
    socket.on('close', () => {
      connection.gone();
      connections.delete(connection);
      leave();
    });
    room.entering += 1;
    try {
      // Somebody may have lost the right between being judged and being listed here. Nothing is told before this is
      // known.
      await watch.admit(connection);
    } finally {
      room.entering -= 1;
    }
    if (connection.closed) return;
    if (!room.exists) return connection.close(CLOSE.noSuchDocument, 'no such document');
    room.connections.add(connection);
    attend(socket, connection);
    room.greet(connection);
  }
}

/** Gives a connection what its client says; closes it when that is nothing for too long. */
function attend(socket: WebSocket, connection: Connection): void {
  const firstMessage = setTimeout(
    () => connection.close(CLOSE.limitBroken, 'nothing said'),
    LIMITS.firstMessageMs
  );
  socket.once('message', () => clearTimeout(firstMessage));
  socket.on('message', (data, isBinary) => connection.receive(bytesOf(data), isBinary, performance.now()));
  socket.on('ping', () => connection.receiveControl(performance.now()));
  socket.on('pong', () => connection.receiveControl(performance.now()));
  socket.on('close', () => clearTimeout(firstMessage));
}

function turnAway(socket: Duplex, status: number): true {
  // Cut when it is said: the other end may never close its half, and nothing else limits this socket any more.
  socket.once('finish', () => socket.destroy());
  socket.end(`HTTP/1.1 ${status} Refused\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
  return true;
}

function closeSoon(socket: WebSocket, code: number): void {
  socket.on('message', () => undefined);
  socket.close(code);
  setTimeout(() => socket.terminate(), 2000).unref();
}

function bytesOf(data: Buffer | ArrayBuffer | Buffer[]): Uint8Array {
  if (Array.isArray(data)) return Buffer.concat(data);
  return data instanceof ArrayBuffer ? new Uint8Array(data) : data;
}

import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseCookie } from 'cookie';
import { WebSocketServer, type WebSocket } from 'ws';
import { FED_PERSON } from '../src/lib/protocol/acting-as';
import { CLOSE } from '../src/lib/protocol/close-codes';
import {
  parseDocumentName,
  roleOfDocument,
  SYNC_PATH,
  type DocumentName
} from '../src/lib/protocol/documents';
import { SESSION_COOKIE, validateCookie } from '../src/lib/server/auth/sessions';
import type { DatabaseHandle } from '../src/lib/server/db/driver/client';
import { readClocks } from '../src/lib/server/db/tables/documents-table';
import { CHANNEL, type AuthoritySubject } from '../src/lib/server/db/driver/notify';
import { readRoles } from '../src/lib/server/db/tables/roles-table';
import { isOurHost, isOurOrigin } from '../src/lib/server/api/http/gate';
import { clientAddress, trustedProxies } from '../src/lib/server/api/http/client-address';
import type { Deps } from '../src/lib/server/services/write-path/deps';
import { Admission } from './admission';
import { AuthorityWatch, holderOf, mayRead } from './authority-watch';
import { Connection, type Holder } from './connection';
import { HEARTBEAT } from './frames';
import { LIMITS } from './limits';
import { tellNews } from './news';
import { startPresenceRelay } from './presence-relay';
import { Room } from './room';

const LOOK_MS = 1500;
const JUDGE_MS = 5000;
const PRESENCE_MS = 60;
const LAG_MS = 250;

export type GatewayOptions = {
  deps: Deps;
  handle: DatabaseHandle;
  origin: string;
  trustedProxies: readonly string[];
  epoch: string;
  /** For tests of lost notifications: whether one about authority is heard. */
  hearsAuthority?: () => boolean;
};

export type Gateway = {
  /** Handles an upgrade; false when its path is not ours. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): boolean;
  counts(): { sockets: number; documents: number; buffered: number };
  /** Tells everybody to come back, then ends. */
  stop(): Promise<void>;
};

/**
 * The y-websocket endpoint. Any number of gateways serve the same documents: each follows the database, by NOTIFY and by a
 * look every 1.5 s, and shares nothing with the others.
 */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const { deps, handle, origin, epoch } = options;
  const trusted = trustedProxies(options.trustedProxies);
  const admission = new Admission();
  const rooms = new Map<string, Room>();
  const connections = new Set<Connection>();
  const watch = new AuthorityWatch(deps, () => connections);
  let stopping = false;

  const sockets = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: LIMITS.frameBytes,
    ...{ maxFragments: LIMITS.fragments, maxBufferedChunks: LIMITS.bufferedChunks, maxPendingAutoPongs: 10 }
  });

  const documentsHeard = await handle.driver.listen(
    CHANNEL.documents,
    (name) => void follow(name),
    () => void lookAround()
  );
  const authorityHeard = await handle.driver.listen(
    CHANNEL.authority,
    (subject) => {
      if (options.hearsAuthority?.() ?? true) void watch.judge(subject as AuthoritySubject);
    },
    () => void watch.judge('all')
  );
  // One that is lost costs a minute: pages ask by themselves then.
  const newsHeard = await handle.driver.listen(CHANNEL.news, (person) => tellNews(connections, person));
  const relay = await startPresenceRelay(handle, {
    heard: (doc, entries) => rooms.get(doc)?.takeRelayed(entries),
    asked: (doc) => relay.tell(doc, rooms.get(doc)?.presentHere() ?? [])
  });
  const timers = [
    setInterval(() => void lookAround(), LOOK_MS),
    setInterval(() => void watch.judge('all'), JUDGE_MS),
    setInterval(flushPresence, PRESENCE_MS),
    setInterval(checkLag, LAG_MS),
    setInterval(() => connections.forEach((connection) => connection.ping()), LIMITS.pingMs),
    setInterval(endTheDead, LIMITS.lifeCheckMs),
    setInterval(sweep, 10_000),
    setInterval(
      () => connections.forEach((connection) => connection.sendPresence(HEARTBEAT)),
      LIMITS.heartbeatMs
    )
  ];

  return { upgrade, counts, stop };

  function upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): boolean {
    const target = syncTarget(request.url ?? '');
    if (!target) return false;
    socket.on('error', () => socket.destroy());
    const address = clientAddress(request, trusted).ip ?? 'unknown';
    if (stopping) return turnAway(socket, 503);
    if (!isOurHost(request.headers.host, origin)) return turnAway(socket, 421);
    if (!isOurOrigin(request, origin)) return turnAway(socket, 403);
    if (!admission.mayUpgrade(address, performance.now())) return turnAway(socket, 429);
    sockets.handleUpgrade(
      request,
      socket,
      head,
      (accepted) => void welcome(accepted, request, target, address)
    );
    return true;
  }

  /**
   * Accepts first and judges then: a browser cannot see why an upgrade failed and would try for ever, but it reads a close
   * code. What a client sends meanwhile waits.
   */
  async function welcome(
    socket: WebSocket,
    request: IncomingMessage,
    target: SyncTarget,
    address: string
  ): Promise<void> {
    socket.on('error', () => socket.terminate());
    socket.pause();
    try {
      const admitted = await judge(request, target, address);
      if (typeof admitted === 'number') closeSoon(socket, admitted);
      else if (stopping || socket.readyState !== socket.OPEN) {
        admitted.leave();
        closeSoon(socket, CLOSE.restarting);
      } else await serve(socket, admitted, address);
      socket.resume();
    } catch (error) {
      deps.log.warn({ err: error }, 'a socket could not be judged');
      socket.resume();
      closeSoon(socket, CLOSE.tooSlow);
    }
  }

  async function judge(
    request: IncomingMessage,
    target: SyncTarget,
    address: string
  ): Promise<number | { holder: Holder; room: Room; leave: () => void }> {
    const name = parseDocumentName(target.name);
    const live = await validateCookie(deps.db, parseCookie(request.headers.cookie ?? '')[SESSION_COOKIE]);
    const holder = live && holderOf(live, address);
    if (!holder) return CLOSE.signedOut;
    // A copy of somebody else's: what this session may read is not for it.
    if (target.fed !== null && target.fed !== holder.personId) return CLOSE.signedOut;
    if (!name) return CLOSE.noSuchDocument;
    if (target.epoch !== null && target.epoch !== epoch) return CLOSE.otherEpoch;
    if (!(await mayRead(deps, holder, name))) return CLOSE.notAllowed;
    const leave = admission.enter(address, holder.sid, holder.personId);
    if (!leave) return CLOSE.tooSlow;
    const room = await openRoom(name).catch((error: unknown) => {
      leave();
      throw error;
    });
    if (room.exists) return { holder, room, leave };
    leave();
    return (await isDue(name)) ? CLOSE.tooSlow : CLOSE.noSuchDocument;
  }

  async function openRoom(name: DocumentName): Promise<Room> {
    const present = rooms.get(name);
    const room = present ?? new Room(name, deps.db);
    rooms.set(name, room);
    if (!present) relay.ask(name);
    room.entering += 1;
    try {
      // A room that nobody was in may have missed a notification.
      if (room.connections.size === 0) await room.follow();
      const deadline = performance.now() + LIMITS.documentDueMs;
      while (!room.exists && performance.now() < deadline && (await isDue(name))) {
        await sleep(50);
        await room.follow();
      }
    } finally {
      room.entering -= 1;
    }
    return room;
  }

  /** Whether the sequencer is about to write a document: its record is committed. A final "no such" would be wrong then. */
  async function isDue(name: DocumentName): Promise<boolean> {
    const role = roleOfDocument(name);
    return role === null || (await readRoles(deps.db, [role])).length > 0;
  }

  async function serve(
    socket: WebSocket,
    { holder, room, leave }: { holder: Holder; room: Room; leave: () => void },
    address: string
  ): Promise<void> {
    const connection = new Connection(socket, room, holder, address, performance.now());
    connections.add(connection);
    socket.on('close', () => {
      connection.gone();
      connections.delete(connection);
      leave();
    });
    room.entering += 1;
    try {
      // Somebody may have lost the right between being judged and being listed here. Nothing is told before this is known.
      await watch.admit(connection);
    } finally {
      room.entering -= 1;
    }
    if (connection.closed) return;
    if (!room.exists) return connection.close(CLOSE.noSuchDocument, 'no such document');
    room.connections.add(connection);
    const firstMessage = setTimeout(
      () => connection.close(CLOSE.limitBroken, 'nothing said'),
      LIMITS.firstMessageMs
    );
    socket.once('message', () => clearTimeout(firstMessage));
    socket.on('message', (data, isBinary) => connection.receive(bytesOf(data), isBinary, performance.now()));
    socket.on('ping', () => connection.receiveControl(performance.now()));
    socket.on('pong', () => connection.receiveControl(performance.now()));
    socket.on('close', () => clearTimeout(firstMessage));
    room.greet(connection);
  }

  async function follow(name: string): Promise<void> {
    await rooms
      .get(name)
      ?.follow()
      .catch((error: unknown) =>
        deps.log.warn({ err: error, document: name }, 'document could not be followed')
      );
  }

  /** Finds what a lost notification left behind: one query for all documents. */
  async function lookAround(): Promise<void> {
    if (rooms.size === 0) return;
    try {
      const clocks = await readClocks(deps.db);
      for (const room of rooms.values()) if (clocks.get(room.name) !== room.clock) void follow(room.name);
    } catch (error) {
      deps.log.warn({ err: error }, 'documents could not be looked at');
    }
  }

  function flushPresence(): void {
    for (const room of rooms.values()) {
      const entries = room.flushPresence();
      const ours = entries.filter((entry) => room.ownerOf(entry.client) !== null || entry.state === 'null');
      if (ours.length > 0) relay.tell(room.name, ours);
    }
  }

  function checkLag(): void {
    const now = performance.now();
    let all = 0;
    for (const connection of connections) {
      connection.checkLag(now);
      all += connection.buffered;
    }
    if (all <= LIMITS.allBuffersBytes) return;
    const slowest = [...connections].sort((a, b) => b.buffered - a.buffered);
    for (const connection of slowest.slice(0, Math.ceil(slowest.length / 10)))
      connection.close(CLOSE.tooSlow, 'too slow');
  }

  function endTheDead(): void {
    const now = performance.now();
    for (const connection of connections)
      if (now - connection.heardAt > LIMITS.deadMs) connection.terminate();
  }

  function sweep(): void {
    const now = performance.now();
    admission.sweep(now);
    for (const [name, room] of rooms) {
      room.presence.sweep(now);
      if (room.connections.size === 0 && room.entering === 0) rooms.delete(name);
    }
  }

  function counts(): { sockets: number; documents: number; buffered: number } {
    let buffered = 0;
    for (const connection of connections) buffered += connection.buffered;
    return { sockets: connections.size, documents: rooms.size, buffered };
  }

  async function stop(): Promise<void> {
    stopping = true;
    timers.forEach(clearInterval);
    for (const connection of [...connections]) connection.close(CLOSE.restarting, 'restarting');
    const deadline = Date.now() + 3000;
    while (connections.size > 0 && Date.now() < deadline)
      await new Promise((resolve) => setTimeout(resolve, 20));
    for (const connection of [...connections]) connection.terminate();
    await Promise.allSettled([
      documentsHeard.unlisten(),
      authorityHeard.unlisten(),
      newsHeard.unlisten(),
      relay.stop()
    ]);
  }
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

type SyncTarget = {
  name: string;
  epoch: string | null;
  /** Whose copy it feeds; null: not said. */ fed: string | null;
};

/** What an upgrade asks for; null when its path is not ours. Never throws, whatever a client writes there. */
function syncTarget(url: string): SyncTarget | null {
  const [path = '', ...rest] = url.split('?');
  if (path !== SYNC_PATH && !path.startsWith(`${SYNC_PATH}/`)) return null;
  const query = new URLSearchParams(rest.join('?'));
  const name = decode(path.slice(SYNC_PATH.length + 1));
  return { name, epoch: query.get('epoch'), fed: query.get(FED_PERSON) };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return '';
  }
}

function bytesOf(data: Buffer | ArrayBuffer | Buffer[]): Uint8Array {
  if (Array.isArray(data)) return Buffer.concat(data);
  return data instanceof ArrayBuffer ? new Uint8Array(data) : data;
}

import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { DatabaseHandle } from '../src/lib/server/db/driver/client';
import { CHANNEL, type AuthoritySubject } from '../src/lib/server/db/driver/notify';
import type { ChangeListener } from '../src/lib/server/services/log/sequencer/change-listener';
import type { Deps } from '../src/lib/server/services/write-path/deps';
import { Admission } from './admission';
import { AuthorityWatch } from './authority-watch';
import { Connections } from './connections';
import { LIMITS } from './limits';
import { tellNews } from './news';
import { startPresenceRelay } from './presence-relay';
import { Rooms } from './rooms';
import { Upgrades } from './upgrades';

/** Interval of each task that is done beside what notifications ask for, in milliseconds. */
const EVERY = {
  lookMs: 1500,
  judgeMs: 5000,
  presenceMs: 60,
  gaugesMs: 500,
  lagMs: 250,
  sweepMs: 10_000
} as const;

export type GatewayOptions = {
  deps: Deps;
  handle: DatabaseHandle;
  origin: string;
  trustedProxies: readonly string[];
  epoch: string;
  /** True if a notification about authority is heard: for tests of lost ones. */
  hearsAuthority?: () => boolean;
};

export type Gateway = {
  /** Handles an upgrade; false when its path is not ours. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): boolean;
  /**
   * Hears what this process itself is about to commit to documents: rooms that it follows on need not ask the
   * database.
   */
  readonly expect: ChangeListener;
  counts(): { sockets: number; documents: number; buffered: number };
  /** Tells everybody to come back, then ends. */
  stop(): Promise<void>;
};

/** Parts that a gateway is made of. */
type Parts = { admission: Admission; rooms: Rooms; connections: Connections; watch: AuthorityWatch };

/** Something that hears the database, until it is told to stop. */
type Listening = { unlisten(): Promise<void> };

/**
 * The y-websocket endpoint. Any number of gateways serve the same documents: each follows the database, by NOTIFY and
 * by a look every 1.5 s, and shares nothing with the others. What its own process writes it is handed.
 */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const { deps, handle, origin, epoch } = options;
  const connections = new Connections();
  const rooms: Rooms = new Rooms(deps, {
    announce: (doc, entries) => relay.announce(doc, entries),
    ask: (doc) => relay.ask(doc)
  });
  const watch = new AuthorityWatch(deps, () => connections);
  const parts: Parts = { admission: new Admission(), rooms, connections, watch };
  const heard = await listen(options, parts);
  const relay = await startPresenceRelay(handle, {
    heard: (doc, entries) => rooms.takeRelayed(doc, entries),
    asked: (doc) => relay.announce(doc, rooms.presentIn(doc))
  });
  const stopClock = startTimetable(parts);
  const upgrades = new Upgrades({ deps, origin, trustedProxies: options.trustedProxies, epoch, ...parts });

  return {
    upgrade: (request, socket, head) => upgrades.take(request, socket, head),
    expect: (changes) => rooms.expect(changes),
    counts: () => ({ sockets: connections.size, documents: rooms.size, buffered: connections.buffered }),
    async stop() {
      upgrades.stop();
      stopClock();
      await connections.sayGoodbye();
      await Promise.allSettled([...heard.map((listening) => listening.unlisten()), relay.stop()]);
    }
  };
}

/** Hears of changes; after a time without the database everything is looked at. */
async function listen(
  { handle: { driver }, hearsAuthority }: GatewayOptions,
  { rooms, watch, connections }: Parts
): Promise<Listening[]> {
  const documents = await driver.listen(
    CHANNEL.documents,
    (notice) => void rooms.hear(notice),
    () => void rooms.lookAround()
  );
  const authority = await driver.listen(
    CHANNEL.authority,
    (subject) => {
      if (hearsAuthority?.() ?? true) void watch.judge(subject as AuthoritySubject);
    },
    () => void watch.judge('all')
  );
  // One that is lost costs a minute: pages ask by themselves then.
  const news = await driver.listen(CHANNEL.news, (whom) => tellNews(connections, whom));
  return [documents, authority, news];
}

/** Does what is done by the clock, until the function it returns is called. */
function startTimetable({ admission, rooms, connections, watch }: Parts): () => void {
  const timers = [
    setInterval(() => void rooms.lookAround(), EVERY.lookMs),
    setInterval(() => void watch.judge('all'), EVERY.judgeMs),
    setInterval(() => rooms.flushPresence(), EVERY.presenceMs),
    setInterval(() => void rooms.gauges.tick(), EVERY.gaugesMs),
    setInterval(() => connections.checkLag(performance.now()), EVERY.lagMs),
    setInterval(() => connections.ping(), LIMITS.pingMs),
    setInterval(() => connections.endTheDead(performance.now()), LIMITS.lifeCheckMs),
    setInterval(() => {
      const now = performance.now();
      admission.sweep(now);
      rooms.sweep(now);
    }, EVERY.sweepMs),
    setInterval(() => connections.beat(), LIMITS.heartbeatMs)
  ];
  return () => timers.forEach(clearInterval);
}

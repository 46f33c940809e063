import { once } from 'node:events';
import { WebSocket } from 'ws';
import * as Y from 'yjs';
import { versionIn, type Dialect } from './wire';

/** Server that a reader connects to, and the headers that say as whom. */
export type Endpoint = { url: string; headers: Record<string, string>; dialect: Dialect };

/** One reader of the crowd: it keeps no document and notes only when it saw which version. */
export type Reader = {
  /** Time at which each version of the role was first seen, by `performance.now()`. */
  seenAt: Map<number, number>;
  version: number;
  /** Bytes of the messages received so far. */
  bytes: number;
  /** Resolves when the connection is over, whoever ended it. */
  closed: Promise<void>;
  close(): Promise<void>;
};

const EMPTY = Y.encodeStateVector(new Y.Doc());
const SYNC_MS = 10_000;

/** Opens a reader and waits for its first state. @throws Error when the server turns it away */
export async function openReader(
  endpoint: Endpoint,
  versions: VersionCache,
  vector = EMPTY
): Promise<Reader> {
  const socket = new WebSocket(endpoint.url, { headers: endpoint.headers, perMessageDeflate: false });
  const reader: Reader = {
    seenAt: new Map(),
    version: 0,
    bytes: 0,
    closed: new Promise((resolve) => socket.on('close', () => resolve())),
    async close() {
      if (socket.readyState === WebSocket.CLOSED) return;
      const closed = once(socket, 'close');
      socket.close();
      await closed;
    }
  };
  await new Promise<void>((resolve, reject) => {
    const late = setTimeout(
      () => reject(new Error(`${endpoint.url}: no state within ${SYNC_MS} ms`)),
      SYNC_MS
    );
    socket.on('error', reject);
    socket.on('close', (code) => reject(new Error(`${endpoint.url}: closed with ${code}`)));
    socket.on('open', () => endpoint.dialect.hello(vector).forEach((frame) => socket.send(frame)));
    socket.on('message', (data: Buffer) => {
      const now = performance.now();
      reader.bytes += data.length;
      const version = versions.of(endpoint.dialect, data);
      if (version === undefined) return;
      clearTimeout(late);
      resolve();
      if (version === null) return;
      for (let passed = reader.version + 1; passed <= version; passed++) reader.seenAt.set(passed, now);
      reader.version = Math.max(reader.version, version);
    });
  });
  return reader;
}

/**
 * Decodes each distinct frame once for the whole crowd: two hundred readers of one process get the same bytes, and the
 * driver must not become what is measured.
 */
export class VersionCache {
  #frame: Buffer = Buffer.alloc(0);
  #version: number | null | undefined;

  /** The version a frame brings; null when it brings other state, undefined when it is about something else. */
  of(dialect: Dialect, frame: Buffer): number | null | undefined {
    if (frame.equals(this.#frame)) return this.#version;
    const update = dialect.read(frame);
    this.#version = update === null ? undefined : versionIn(update);
    this.#frame = frame;
    return this.#version;
  }
}

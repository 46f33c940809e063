import { AT_LAST_MS } from './at-last';
import { WebSocket } from 'ws';
import { WebsocketProvider } from 'y-websocket';
import * as Y from 'yjs';
import type { ApiClient } from './api-client';

/** A reader of a document over the stock y-websocket provider, with a session's cookie. */
export type TestReplica = {
  doc: Y.Doc;
  provider: WebsocketProvider;
  /** Close codes seen so far. */
  closes: number[];
  synced(): Promise<void>;
  destroy(): void;
  [Symbol.dispose](): void;
};

/** Opens `/sync/<name>` as the client's person. */
export function openReplica(client: ApiClient, name: string, doc = new Y.Doc()): TestReplica {
  const provider = new WebsocketProvider(`${client.origin.replace(/^http/, 'ws')}/sync`, name, doc, {
    WebSocketPolyfill: socketOf(client) as unknown as typeof globalThis.WebSocket,
    disableBc: true,
    maxBackoffTime: 500
  });
  const closes: number[] = [];
  provider.on('connection-close', (event: CloseEvent | null) => closes.push(event?.code ?? 1006));
  const destroy = () => {
    provider.destroy();
    doc.destroy();
  };
  return {
    doc,
    provider,
    closes,
    synced: () => until(() => provider.synced, `${name} did not sync (closed with ${closes.join(', ')})`),
    destroy,
    [Symbol.dispose]: destroy
  };
}

/** A WebSocket that sends the client's cookie and Origin, as a browser does. */
export function socketOf(client: ApiClient): typeof WebSocket {
  return class extends WebSocket {
    constructor(url: string) {
      super(url, { headers: { cookie: client.cookie, origin: client.origin } });
      this.on('error', () => undefined);
    }
  } as unknown as typeof WebSocket;
}

/**
 * Waits until something is so: `what`, for as long as whatever happens at all takes; or longer, in milliseconds, said
 * before it.
 * @throws after that, with what was expected
 */
export async function until(
  condition: () => boolean | Promise<boolean>,
  ...told: [what?: string] | [ms: number, what?: string]
): Promise<void> {
  const [ms, what] = typeof told[0] === 'number' ? [told[0], told[1]] : [0, told[0]];
  const most = Math.max(ms, AT_LAST_MS);
  const deadline = performance.now() + most;
  // Asking costs what is waited for its share of the machine: ever more seldom, but never late by much.
  for (let pause = 5; !(await condition()); pause = Math.min(pause * 1.5, 25)) {
    if (performance.now() > deadline) throw new Error(`not within ${most} ms: ${what ?? 'condition'}`);
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
}

/** Counts from here on how often a page is told that there is news. */
export function countNews({ provider: { awareness } }: TestReplica): () => number {
  let told = 0;
  awareness.on('change', ({ added }: { added: number[] }) => {
    told += added.filter((id) => awareness.getStates().get(id)?.['news'] === true).length;
  });
  return () => told;
}

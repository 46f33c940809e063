import { presenceFrame } from './frames';
import type { Connection } from './connection';

/** Every page has this document open once, whatever its person may read: of staff, and of users. */
const CARRIER = { administrator: 'settings', user: 'own' } as const;
/** Yjs draws client ids from 32 bits. */
const CLIENT_IDS = 2 ** 32;

/**
 * Tells the open pages of one person that there is news for them which no document shows: they ask for it. It goes as a presence of
 * nobody, which stock clients take and forget; under another id each time, so that no clock that a client claims can hide it.
 */
export function tellNews(connections: Iterable<Connection>, personId: string): void {
  let frame: Uint8Array | null = null;
  for (const connection of connections) {
    const { kind, personId: whose } = connection.holder;
    if (connection.document !== CARRIER[kind] || whose !== personId) continue;
    frame ??= presenceFrame([
      { client: Math.floor(Math.random() * CLIENT_IDS), clock: 1, state: '{"news":true}' }
    ]);
    connection.sendIfRead(frame);
  }
}

import { EVERY_USER } from '../src/lib/server/db/driver/notify';
import { presenceFrame } from './frames';
import type { Connection } from './connection';

/** Every page has this document open once, whatever its person may read: of staff, and of users. */
const CARRIER = { administrator: 'settings', user: 'own' } as const;
/** Yjs draws client ids from 32 bits. */
const CLIENT_IDS = 2 ** 32;

/**
 * Tells the open pages of one person, or of every user, that there is news for them which no document shows: they ask
 * for it. It goes as a presence of nobody, which stock clients take and forget; under another id each time, so that
 * no clock that a client claims can hide it.
 */
export function tellNews(connections: Iterable<Connection>, whom: string): void {
  let frame: Uint8Array | null = null;
  for (const connection of connections) {
    const { kind, personId } = connection.holder;
    const isMeant = whom === EVERY_USER ? kind === 'user' : personId === whom;
    if (connection.document !== CARRIER[kind] || !isMeant) continue;
    frame ??= presenceFrame([
      { client: Math.floor(Math.random() * CLIENT_IDS), clock: 1, state: '{"news":true}' }
    ]);
    connection.sendIfRead(frame);
  }
}

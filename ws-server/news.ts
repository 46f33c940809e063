import { EVERY_USER, type AuthoritySubject } from '../src/lib/server/db/driver/notify';
import { presenceFrame } from './frames';
import { isConcerned } from './concerned';
import type { Connection } from './connection';

/** Every page has this document open once, whatever its person may read: of staff, and of users. */
const CARRIER = { administrator: 'settings', user: 'own' } as const;
/** Yjs draws client ids from 32 bits. */
const CLIENT_IDS = 2 ** 32;
/**
 * Number of pages that are told at once of thousands; the next ones come so many milliseconds later: each asks who it
 * is as soon as it is told.
 */
const AT_ONCE = 50;
const APART_MS = 250;

type Told = Pick<Connection, 'document' | 'holder' | 'sendIfRead'>;

/**
 * Tells the open pages of one person, or of every user, that there is news for them which no document shows: they ask
 * for it. It goes as a presence of nobody, which stock clients take and forget; under another id each time, so that
 * no clock that a client claims can hide it.
 */
export function tellNews(connections: Iterable<Told>, whom: string): void {
  const meant = [...connections].filter(({ document, holder: { kind, personId } }) => {
    const isMeant = whom === EVERY_USER ? kind === 'user' : personId === whom;
    return isMeant && document === CARRIER[kind];
  });
  if (meant.length === 0) return;
  const client = Math.floor(Math.random() * CLIENT_IDS);
  const frame = presenceFrame([{ client, clock: 1, state: '{"news":true}' }]);
  const tellSome = () => {
    for (const connection of meant.splice(0, AT_ONCE)) connection.sendIfRead(frame);
    if (meant.length > 0) setTimeout(tellSome, APART_MS).unref();
  };
  tellSome();
}

/**
 * A user's pages have no document of its role, package or account: they hear that something of these changed, and
 * ask.
 */
export function tellUsers(
  connections: readonly Told[],
  subjects: ReadonlySet<AuthoritySubject | 'all'>
): void {
  const named = new Set([...subjects].filter((subject) => subject !== 'all'));
  const told = connections.filter(
    (connection) => connection.holder.kind === 'user' && isConcerned(connection, named)
  );
  // All of them together, so that they are told some at a time.
  tellNews(told, EVERY_USER);
}

import { serverNow } from '../api/server-clock';
import { openDB, type DBSchema, type IDBPDatabase } from 'idb';
import type { Catalogue } from '$lib/core/access/catalogue';
import type { SettingsSection } from '$lib/core/settings/settings';
import type { FeedEntry } from '$lib/documents/cells';
import { databaseName } from './device-names';
import { onlySections, type KnownSettings } from './known-settings';
import type { PersonFacts } from '../api/person-facts';
import type { Me } from '../api/who-am-i';

/** Something the server said, and when. */
export type Remembered<T> = { value: T; at: number };

interface Schema extends DBSchema {
  said: { key: 'me' | 'catalogue' | 'feed' | 'settings'; value: Remembered<unknown> };
  people: { key: string; value: Remembered<PersonFacts>; indexes: { at: number } };
}

/** Most people whose pages a device remembers. */
const MOST_PEOPLE = 50;

/**
 * Memory of this device for one person, besides their documents, so that pages open without a connection (LIV-3).
 * No secrets, no addresses and nothing of sessions (SECURITY P-01): what goes in is stripped here. Where storage is
 * blocked, nothing is remembered, and nothing fails.
 */
export class DeviceMemory {
  readonly #personId: string;
  #opening: Promise<IDBPDatabase<Schema> | null> | null = null;
  #closed = false;

  constructor(personId: string) {
    this.#personId = personId;
  }

  async me(): Promise<Remembered<Me> | null> {
    return (await this.#said('me')) as Remembered<Me> | null;
  }

  async catalogue(): Promise<Remembered<Catalogue> | null> {
    return (await this.#said('catalogue')) as Remembered<Catalogue> | null;
  }

  async feed(): Promise<Remembered<readonly FeedEntry[]> | null> {
    return (await this.#said('feed')) as Remembered<readonly FeedEntry[]> | null;
  }

  async settings(): Promise<Remembered<KnownSettings> | null> {
    return (await this.#said('settings')) as Remembered<KnownSettings> | null;
  }

  keepMe(me: Me): Promise<void> {
    return this.#say('me', withoutTraces(me));
  }

  keepCatalogue(catalogue: Catalogue): Promise<void> {
    return this.#say('catalogue', catalogue);
  }

  keepFeed(entries: readonly FeedEntry[]): Promise<void> {
    return this.#say('feed', entries.map(withoutAddress));
  }

  /** The mail server is left out: it goes with its password, which no device keeps. */
  keepSettings(known: KnownSettings, sections: readonly SettingsSection[]): Promise<void> {
    const kept = sections.filter((section) => section !== 'mail');
    return this.#say('settings', onlySections(known, kept));
  }

  /** Keeps no other sections than these, and none at all when there are none. */
  async narrowSettings(sections: readonly SettingsSection[]): Promise<void> {
    await this.#write(async (database) => {
      const write = database.transaction('said', 'readwrite');
      const known = (await write.store.get('settings')) as Remembered<KnownSettings> | undefined;
      if (known && sections.length === 0) await write.store.delete('settings');
      else if (known)
        await write.store.put({ ...known, value: onlySections(known.value, sections) }, 'settings');
      await write.done;
    });
  }

  async person(id: string): Promise<Remembered<PersonFacts> | null> {
    const database = await this.#open();
    return (await database?.get('people', id).catch(() => null)) ?? null;
  }

  async keepPerson(person: PersonFacts): Promise<void> {
    await this.#write(async (database) => {
      const write = database.transaction('people', 'readwrite');
      // Plain data: what comes from the page may be a proxy.
      await write.store.put(
        { value: { ...structuredClone(person), ipAllowlist: [] }, at: serverNow() },
        person.id
      );
      const oldest = await write.store.index('at').getAllKeys();
      for (const id of oldest.slice(0, -MOST_PEOPLE)) await write.store.delete(id);
      await write.done;
    });
  }

  async forgetPeople(): Promise<void> {
    await this.#write((database) => database.clear('people'));
  }

  async forgetFeed(): Promise<void> {
    await this.#write((database) => database.delete('said', 'feed'));
  }

  /** Lets go of the database; nothing is written any more. */
  async close(): Promise<void> {
    this.#closed = true;
    (await this.#opening)?.close();
  }

  async #said(what: Schema['said']['key']): Promise<Remembered<unknown> | null> {
    const database = await this.#open();
    return (await database?.get('said', what).catch(() => null)) ?? null;
  }

  async #say(what: Schema['said']['key'], value: unknown): Promise<void> {
    await this.#write((database) => database.put('said', { value, at: serverNow() }, what));
  }

  async #write(work: (database: IDBPDatabase<Schema>) => Promise<unknown>): Promise<void> {
    const database = await this.#open();
    if (database === null || this.#closed) return;
    try {
      await work(database);
    } catch {
      // Another tab is deleting it, or the disk is full: remembering is a courtesy.
    }
  }

  #open(): Promise<IDBPDatabase<Schema> | null> {
    if (this.#closed) return Promise.resolve(null);
    this.#opening ??= openDB<Schema>(databaseName({ kind: 'memory', personId: this.#personId }), 1, {
      upgrade: (database) => {
        database.createObjectStore('said');
        database.createObjectStore('people').createIndex('at', 'at');
      },
      // Another tab deletes it: it is not held up.
      blocking: (_current, _blocked, event) => {
        this.#closed = true;
        (event.target as IDBDatabase).close();
      }
    }).catch(() => null);
    return this.#opening;
  }
}

/** The same without where this person was seen from, and without what only the server can say. */
export function withoutTraces(me: Me): Me {
  return {
    ...me,
    ip: null,
    ipAllowlist: [],
    provedUntil: new Date(0).toISOString(),
    notices: [],
    offer: null
  };
}

/** The same without address, device and session; a name that was only typed at the sign-in may be an address, too. */
export function withoutAddress(entry: FeedEntry): FeedEntry {
  const { actor, target } = entry;
  return {
    ...entry,
    ip: null,
    detail: '',
    actor: actor.id === null ? { id: null, name: null } : actor,
    target: target.type === 'session' ? { ...target, id: '' } : target
  };
}

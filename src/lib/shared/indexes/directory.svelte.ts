import { personHue } from '$lib/core/administrators/person-hue';
import { PeopleList } from './people-list.svelte';
import { perSession } from '$lib/client/session/per-session';
import type { Peer } from '$lib/client/sync/presence.svelte';
import type { Replica } from '$lib/client/sync/replica.svelte';
import type { Session } from '$lib/client/session/session.svelte';

/** Somebody who is signed in now, once however many tabs they have open. */
export type OnlinePerson = {
  id: string;
  name: string;
  colour: number;
  at: string | null;
  /** Nobody touched any page of theirs for a while. */
  idle: boolean;
};

/** Directory of all people, and of who is here: one for all pages of a session. */
export class Directory {
  /** The list of people; null for those who may not see it. */
  people = $state.raw<{ replica: Replica; list: PeopleList } | null>(null);
  readonly #session: Session;
  readonly #online: ReadonlyMap<string, OnlinePerson> = $derived.by(() => this.#findOnline());

  constructor(session: Session) {
    this.#session = session;
  }

  /** Opens the list when it may be read, and anew after it was closed. */
  lookUp(): void {
    const replica = this.#session.people;
    if (replica === (this.people?.replica ?? null)) return;
    this.people = replica && { replica, list: new PeopleList(replica.doc) };
  }

  /** True if it is known who is here: not while the connection to the server is being made. */
  get known(): boolean {
    return this.people?.replica.state === 'live';
  }

  /** Everybody who is here, oneself first; nobody while that is not known. */
  get online(): readonly OnlinePerson[] {
    return [...this.#online.values()];
  }

  /** The hue of somebody who is here; null for everybody else. */
  colourOf(personId: string | null): number | null {
    return personId === null ? null : (this.#online.get(personId)?.colour ?? null);
  }

  /** Others whose page is in this section: "Administrators". */
  othersIn(section: string): OnlinePerson[] {
    return this.online.filter((person) => person.id !== this.#session.me.id && person.at === section);
  }

  #findOnline(): ReadonlyMap<string, OnlinePerson> {
    const { me, connection } = this.#session;
    // Without a connection nobody is known to be here, and nobody knows that one is.
    if (connection.state === 'offline') return new Map();
    const peers: readonly Peer[] = this.known ? (this.people?.replica.peers ?? []) : [];
    const online = new Map<string, OnlinePerson>();
    online.set(me.id, { id: me.id, name: me.name, colour: personHue(me.id), at: null, idle: false });
    for (const { id, name, colour, at = null, idle = false } of peers) {
      const known = online.get(id);
      if (!known) online.set(id, { id, name, colour, at, idle });
      else if (id !== me.id) online.set(id, { ...known, at: known.at ?? at, idle: known.idle && idle });
    }
    return online;
  }
}

/** The directory of a session. */
export const directoryOf = perSession((session) => new Directory(session));

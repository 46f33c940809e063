import { getContext, setContext } from 'svelte';
import { effectivePermissions } from '$lib/core/access';
import { indexCatalogue, type CatalogueIndex } from '$lib/core/catalogue';
import type { CapSettings } from '$lib/core/caps';
import { observeCells, readGranted } from '$lib/docs/role-doc';
import { permissionsToRead } from '$lib/protocol/document-access';
import { CLOSE } from '$lib/protocol/close-codes';
import type { DocumentName } from '$lib/protocol/documents';
import { api, refusalOf } from './api';
import { Connection } from './connection.svelte';
import { forgetAllDocuments, Replica } from './replica.svelte';

export type Me = {
  id: string;
  name: string;
  email: string;
  owner: boolean;
  role: { id: string; name: string };
  permissions: string[];
  caps: CapSettings;
  epoch: string;
};

const REFRESH_MS = 60_000;
const ACTIVE_MS = 60_000;

/**
 * Who is signed in on this page and what they may do at this moment. The rights follow the document of the person's own
 * role, so that buttons come and go with each commit (ROL-5); the server judges every request anyway.
 */
export class Session {
  readonly catalogue: CatalogueIndex;
  readonly connection = new Connection();

  me = $state.raw<Me>() as Me;
  /** The session is over: nothing of it may stay on screen. */
  ended = $state(false);
  readonly permissions: ReadonlySet<string> = $derived.by(() => this.#effective());

  #granted = $state.raw<ReadonlySet<string> | null>(null);
  readonly #open = new Set<Replica>();
  // Not reactive: opened by the first page that asks, and anew by the next one after they were closed.
  #roles: Replica | null = null;
  #people: Replica | null = null;
  #unwatch: () => void = () => undefined;
  readonly #timer: ReturnType<typeof setInterval>;
  #activeAt = 0;

  /** Asks the server who is here. @throws when nobody is, or when there is no connection. */
  static async open(): Promise<Session> {
    const [me, catalogue] = await Promise.all([api.me.get.query(), api.catalogue.get.query()]);
    return new Session(me, indexCatalogue(catalogue));
  }

  constructor(me: Me, catalogue: CatalogueIndex) {
    this.me = me;
    this.catalogue = catalogue;
    this.#openOwnRole();
    this.#timer = setInterval(() => void this.refresh(), REFRESH_MS);
  }

  can(permission: string): boolean {
    return this.permissions.has(permission);
  }

  /** Whether a document may be read with the rights of this moment. */
  mayRead(name: DocumentName): boolean {
    return permissionsToRead(name, this.me.role.id).every((permission) => this.can(permission));
  }

  /** Opens a document. Whoever opens it destroys it. */
  open(name: DocumentName): Replica {
    const replica: Replica = new Replica({
      name,
      epoch: this.me.epoch,
      personId: this.me.id,
      onclosed: (code) => this.#onClosed(replica, code)
    });
    const unwatch = this.connection.watch(replica);
    this.#open.add(replica);
    replica.doc.on('destroy', () => {
      unwatch();
      this.#open.delete(replica);
    });
    return replica;
  }

  /** The index of roles, shared by the pages that show it. */
  get roles(): Replica {
    if (this.#roles === null || this.#roles.state === 'closed') this.#roles = this.open('roles');
    return this.#roles;
  }

  /** The list of people and who of them is here; null for those who may not see it. */
  get people(): Replica | null {
    if (!this.mayRead('people')) return null;
    if (this.#people === null || this.#people.state === 'closed') this.#people = this.open('people');
    return this.#people;
  }

  /** Asks again who this is: after a change that no document shows. */
  async refresh(): Promise<void> {
    try {
      const me = await api.me.get.query();
      const otherRole = me.role.id !== this.me.role.id;
      this.me = me;
      if (otherRole) this.#openOwnRole();
    } catch (error) {
      if (refusalOf(error)?.code === 'auth/signed-out') this.ended = true;
    }
  }

  /** Somebody is using the page: the session's idle time starts anew, at most once a minute. */
  noteActivity(): void {
    if (Date.now() - this.#activeAt < ACTIVE_MS || this.ended) return;
    this.#activeAt = Date.now();
    void api.me.active.mutate().catch(() => undefined);
  }

  /** Signs out and clears this device. */
  async signOut(): Promise<void> {
    this.destroy();
    await Promise.allSettled([api.auth.signOut.mutate(), forgetAllDocuments()]);
    this.ended = true;
  }

  /** Closes every document of this session, whoever opened it. */
  destroy(): void {
    clearInterval(this.#timer);
    this.#unwatch();
    for (const replica of [...this.#open]) replica.destroy();
    this.#roles = this.#people = null;
  }

  #effective(): ReadonlySet<string> {
    const granted = this.#granted;
    if (granted === null) return new Set(this.me.permissions);
    return effectivePermissions(this.catalogue, { all: false, ids: granted }, this.me.owner);
  }

  #openOwnRole(): void {
    this.#unwatch();
    this.#granted = null;
    const replica = this.open(`role:${this.me.role.id}`);
    // What the device remembers is older than what the server just said: it counts once the document is in step.
    const read = () => {
      if (replica.state === 'live') this.#granted = readGranted(replica.doc);
    };
    const stop = observeCells(replica.doc, read);
    const live = $effect.root(() => {
      $effect(() => {
        if (replica.state === 'live') read();
      });
    });
    this.#unwatch = () => {
      stop();
      live();
      replica.destroy();
    };
  }

  #onClosed(replica: Replica, code: number): void {
    if (code === CLOSE.signedOut) {
      this.ended = true;
      return;
    }
    // Whatever else closed it: what this person may read or be has changed. Nothing of it stays on the device.
    if (code === CLOSE.notAllowed || code === CLOSE.otherEpoch) void replica.forget();
    void this.refresh();
  }
}

const KEY = Symbol('session');

export function setSession(session: Session): Session {
  return setContext(KEY, session);
}

/** The session of the pages behind the sign-in. */
export function getSession(): Session {
  return getContext<Session>(KEY);
}

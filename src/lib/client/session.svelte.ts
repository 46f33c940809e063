import type { inferRouterOutputs } from '@trpc/server';
import { getContext, setContext } from 'svelte';
import { effectivePermissions, isSuperAdministrator, type Grants } from '$lib/core/access';
import { indexCatalogue, type CatalogueIndex } from '$lib/core/catalogue';
import { peopleMap, settingsVersions } from '$lib/docs/list-docs';
import { observeCells, readGranted } from '$lib/docs/role-doc';
import { permissionsToRead } from '$lib/protocol/document-access';
import { CLOSE } from '$lib/protocol/close-codes';
import type { DocumentName } from '$lib/protocol/documents';
import type { AppRouter } from '$lib/server/trpc/router';
import { api, refusalOf } from './api';
import { Connection } from './connection.svelte';
import { rotated } from './cookie-rotation';
import { openOutbox } from './outbox/open-outbox';
import type { Outbox } from './outbox/outbox.svelte';
import { forgetAllDocuments, Replica } from './replica.svelte';

/** Who I am and what I may do, as the server says. */
export type Me = inferRouterOutputs<AppRouter>['me']['get'];

const REFRESH_MS = 60_000;
const ACTIVE_MS = 60_000;
/** A window that comes to the front asks again, at most this often. */
const FOCUS_MS = 5_000;

/**
 * Who is signed in on this page and what they may do at this moment. The rights follow the document of the person's own
 * role, so that buttons come and go with each commit (ROL-5); the server judges every request anyway.
 */
export class Session {
  readonly catalogue: CatalogueIndex;
  readonly connection = new Connection();
  /** Everything this person changed here that is not settled. */
  readonly outbox: Outbox;

  me = $state.raw<Me>() as Me;
  /** The session is over, or a step of its sign-in is left: nothing of it may stay on screen. */
  ended = $state(false);
  readonly permissions: ReadonlySet<string> = $derived.by(() => this.#effective());

  #granted = $state.raw<ReadonlySet<string> | null>(null);
  readonly #open = new Set<Replica>();
  // Not reactive: opened by the first page that asks, and anew by the next one after they were closed.
  #roles: Replica | null = null;
  #people: Replica | null = null;
  #ownRole: Replica | null = null;
  #settings: Replica | null = null;
  #unwatch: () => void = () => undefined;
  readonly #timer: ReturnType<typeof setInterval>;
  #activeAt = 0;
  #refreshing: Promise<void> | null = null;
  #refreshAgain = false;
  #destroyed = false;
  #refreshedAt = 0;

  /** Asks the server who is here. @throws when nobody is, or when there is no connection. */
  static async open(): Promise<Session> {
    const [me, catalogue] = await Promise.all([api.me.get.query(), api.catalogue.get.query()]);
    return new Session(me, indexCatalogue(catalogue));
  }

  constructor(me: Me, catalogue: CatalogueIndex) {
    this.me = me;
    this.catalogue = catalogue;
    this.outbox = openOutbox({ personId: me.id, deviceKeys: me.deviceKeys });
    this.connection.count(() => this.outbox.pendingCount);
    this.#openOwnRole();
    this.#openSettings();
    this.#timer = setInterval(() => void this.refresh(), REFRESH_MS);
    addEventListener('focus', this.#onFocus);
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
    if (this.#people === null || this.#people.state === 'closed') {
      this.#people = this.open('people');
      peopleMap(this.#people.doc).observe(({ keysChanged }) => {
        if (keysChanged.has(this.me.id)) void this.refresh();
      });
    }
    return this.#people;
  }

  /** Asks again who this is. Who asks while an answer is on its way gets one that is newer. */
  refresh(): Promise<void> {
    if (this.#refreshing) this.#refreshAgain = true;
    this.#refreshing ??= this.#ask().finally(() => (this.#refreshing = null));
    return this.#refreshing;
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
    this.#destroyed = true;
    clearInterval(this.#timer);
    removeEventListener('focus', this.#onFocus);
    this.#unwatch();
    for (const replica of [...this.#open]) replica.destroy();
    this.#roles = this.#people = null;
    this.outbox.close();
  }

  readonly #onFocus = (): void => {
    if (Date.now() - this.#refreshedAt > FOCUS_MS) void this.refresh();
  };

  async #ask(): Promise<void> {
    do {
      this.#refreshAgain = false;
      this.#refreshedAt = Date.now();
      try {
        const me = await this.#whoAmI();
        if (this.ended || this.#destroyed) return;
        const otherRole = me.role.id !== this.me.role.id;
        this.me = me;
        if (otherRole || isToReopen(this.#ownRole)) this.#openOwnRole();
        if (isToReopen(this.#settings)) this.#openSettings();
      } catch (error) {
        const code = refusalOf(error)?.code;
        // A step that is left is gone through where people sign in.
        if (code === 'auth/signed-out' || code === 'auth/step-required') this.ended = true;
      }
    } while (this.#refreshAgain && !this.ended && !this.#destroyed);
  }

  /** The cookie changes with every proof of the password: nobody is signed out before a second answer says so. */
  async #whoAmI(): Promise<Me> {
    try {
      return await api.me.get.query();
    } catch (error) {
      if (refusalOf(error)?.code !== 'auth/signed-out') throw error;
      await rotated();
      return api.me.get.query();
    }
  }

  #effective(): ReadonlySet<string> {
    const ids = this.#granted ?? new Set(this.me.permissions);
    const grants: Grants = isSuperAdministrator(this.me.role.id) ? { all: true } : { all: false, ids };
    return effectivePermissions(this.catalogue, grants, this.me.owner);
  }

  #openOwnRole(): void {
    this.#unwatch();
    this.#granted = null;
    const replica = this.open(`role:${this.me.role.id}`);
    this.#ownRole = replica;
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

  /** What the settings say reaches this person through `me`: caps in force, 2FA, the installation's look. */
  #openSettings(): void {
    this.#settings = this.open('settings');
    settingsVersions(this.#settings.doc).observe(() => void this.refresh());
  }

  #onClosed(replica: Replica, code: number): void {
    // Whatever closed it: what this person may read or be has changed. Nothing of it stays on the device.
    if (code === CLOSE.notAllowed || code === CLOSE.otherEpoch) void replica.forget();
    void this.refresh();
  }
}

/** Closed although the session goes on: its cookie changed meanwhile, or the database is another one. */
function isToReopen(replica: Replica | null): boolean {
  return replica?.closeCode === CLOSE.signedOut || replica?.closeCode === CLOSE.otherEpoch;
}

const KEY = Symbol('session');

export function setSession(session: Session): Session {
  return setContext(KEY, session);
}

/** The session of the pages behind the sign-in. */
export function getSession(): Session {
  return getContext<Session>(KEY);
}

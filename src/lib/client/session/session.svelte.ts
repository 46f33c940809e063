import type { PermissionId } from '$lib/core/access/catalogue/permission-ids';
import { getContext, setContext, untrack } from 'svelte';
import { effectivePermissions, isSuperAdministrator, type Actor, type Grants } from '$lib/core/access/access';
import { indexCatalogue, type Catalogue, type CatalogueIndex } from '$lib/core/access/catalogue';
import { SECTION_READ_PERMISSION, SETTINGS_SECTIONS } from '$lib/core/settings/settings';
import { peopleMap, settingsVersions } from '$lib/documents/list-docs';
import { observeCells, readGranted } from '$lib/documents/role-doc';
import { ROLE_KINDS, type RoleKind } from '$lib/core/roles/role-kinds';
import { isForUsers, permissionsToRead } from '$lib/protocol/document-access';
import { CLOSE } from '$lib/protocol/close-codes';
import { isVolatile, type DocumentName, ROLE_LISTS } from '$lib/protocol/documents';
import type { ActingAs } from '$lib/protocol/acting-as';
import { api, pageIdentity } from '../api/api';
import { Connection } from '../sync/connection.svelte';
import { onDeviceNews, tellOver, wipeDocuments, wipeSome } from '../device/device';
import { DeviceMemory } from '../device/device-memory';
import { generation, writePointer } from '../device/device-pointer';
import { Idleness } from '../sync/idleness';
import { openOutbox, openVisitOutbox } from '../outbox/open-outbox';
import type { Outbox } from '../outbox/outbox.svelte';
import { Replica } from '../sync/replica.svelte';
import { signOutHere } from './sign-out';
import { closeVisit, visitHere } from '../api/visit';
import { isSignedOut, whoAmI, type Here, type Me } from '../api/who-am-i';

const REFRESH_MS = 60_000;
/** Opened from what the device remembers, the server's word is asked for more often. */
const CONFIRM_MS = 5_000;
const ACTIVE_MS = 60_000;
/** A window that comes to the front asks again, at most this often. */
const FOCUS_MS = 5_000;

type ListName = 'roles' | 'userRoles' | 'people' | 'applications' | 'users' | 'packages';

/** What a session begins with, and when the server said so; `as`: null where the device remembers it from an earlier visit. */
export type SessionStart = { me: Me; as: ActingAs | null; catalogue: Catalogue; at: number };

/**
 * Who is signed in on this page and what they may do at this moment. The rights follow the document of the person's own
 * role, so that buttons come and go with each commit (ROL-5); the server judges every request anyway.
 */
export class Session {
  readonly catalogue: CatalogueIndex;
  readonly connection = new Connection();
  /** Everything this person changed here that is not settled. */
  readonly outbox: Outbox;
  readonly memory: DeviceMemory;

  me = $state.raw<Me>() as Me;
  /** The session is over, or a step of its sign-in is left: nothing of it may stay on screen. */
  ended = $state(false);
  /** Whoever was here signed out on this page. */
  signedOutHere = false;
  /** Who signed in in this browser in the place of this person; null: nobody did. */
  successor = $state.raw<{ name: string } | null>(null);
  /** How often the server said that something concerns this person which no document shows. */
  news = $state(0);
  /** The server has said who this is. Until then the page stands on what the device remembers (LIV-3). */
  confirmed = $state(false);
  /** The database is another one, or knows other permissions: the console has to be opened anew. */
  outdated = $state(false);
  readonly permissions: ReadonlySet<string> = $derived.by(() => this.#effective());
  /** Who is asking, as the rules of `core` take it. */
  readonly actor: Actor = $derived.by(() => {
    const { id, name, owner, role } = this.me;
    return { id, name, owner, roleId: role.id, permissions: this.permissions };
  });

  #granted = $state.raw<ReadonlySet<string> | null>(null);
  #own = $state.raw<Replica | null>(null);
  readonly #open = new Set<Replica>();
  readonly #idleness = new Idleness();
  // Not reactive: opened by the first page that asks, and anew by the next one after they were closed.
  readonly #lists = new Map<ListName, Replica>();
  #ownRole: Replica | null = null;
  #settings: Replica | null = null;
  #unwatch: () => void = () => undefined;
  readonly #stop: (() => void)[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;
  #activeAt = 0;
  #refreshing: Promise<void> | null = null;
  #refreshAgain = false;
  #destroyed = false;
  #refreshedAt = 0;

  /** Asks the server who is here. @throws when nobody is, or when there is no connection. */
  static async ask(): Promise<SessionStart> {
    const [{ me, as }, catalogue] = await Promise.all([whoAmI(), api.catalogue.get.query()]);
    return { me, as, catalogue, at: Date.now() };
  }

  /** What this device remembers of a person; null when that is not enough to open the console. */
  static async recall(personId: string): Promise<SessionStart | null> {
    const memory = new DeviceMemory(personId);
    const [me, catalogue] = await Promise.all([memory.me(), memory.catalogue()]);
    await memory.close();
    if (!me || !catalogue || me.value.id !== personId) return null;
    return { me: me.value, as: null, catalogue: catalogue.value, at: me.at };
  }

  constructor(start: SessionStart) {
    this.me = start.me;
    if (start.as) pageIdentity.become(start.as);
    else pageIdentity.expect(start.me.id);
    this.catalogue = indexCatalogue(start.catalogue);
    this.memory = new DeviceMemory(start.me.id);
    // What one of staff sees in a user's place is not for the device, and nothing of it waits there.
    if (this.isVisit) void this.memory.close();
    this.outbox = this.isVisit
      ? openVisitOutbox(this.me.id)
      : openOutbox({ personId: this.me.id, deviceKeys: this.me.deviceKeys });
    this.connection.count({
      count: () => this.outbox.pendingCount,
      moving: () => this.outbox.pending.length - this.outbox.held.length,
      known: () => this.outbox.loaded
    });
    this.confirmed = start.as !== null;
    this.#openCarriers();
    if (this.confirmed) {
      void this.memory.keepCatalogue(start.catalogue);
      this.#noteContact();
    }
    this.#askLater();
    addEventListener('focus', this.#onFocus);
    addEventListener('online', this.#onOnline);
    addEventListener('pageshow', this.#onPageShow);
    this.#stop.push(
      pageIdentity.onElsewhere(() => void this.refresh()),
      onDeviceNews((news) => {
        if (this.isVisit) void this.refresh();
        else if (news.kind === 'over') this.#leave();
        else this.#letGo(new Set(news.names));
      }),
      $effect.root(() => {
        // Contact is back: whatever was missed, the server says who this is now.
        $effect(() => {
          if (this.connection.returns > 0) void this.refresh();
        });
        // Rights changed: what may not be read any more leaves the device, whether it is open or not (LIV-9).
        $effect(() => {
          void this.permissions;
          if (this.confirmed && !this.ended) untrack(() => void this.#tidy());
        });
      })
    );
  }

  /** One of staff, or a user: a client of whoever runs the installation, who sees what is its own alone (TEN-5). */
  get isUser(): boolean {
    // What a device remembers from before there were users is of staff.
    return this.me.kind === 'user';
  }

  /** One of staff is here in the user's place (TEN-6). */
  get isVisit(): boolean {
    return (this.me.visit ?? null) !== null;
  }

  can(permission: PermissionId): boolean {
    return this.permissions.has(permission);
  }

  /** Whether a document may be read with the rights of this moment; `roles`: of which kind the role is that it shows. */
  mayRead(name: DocumentName, roles: RoleKind = 'administrator'): boolean {
    if (this.isUser) return isForUsers(name);
    return permissionsToRead(name, this.me.role.id, roles).every((permission) => this.can(permission));
  }

  /** Opens a document. Whoever opens it destroys it. */
  open(name: DocumentName, roles: RoleKind = 'administrator'): Replica {
    const replica: Replica = new Replica({
      name,
      roles,
      epoch: this.me.epoch,
      personId: this.me.id,
      // The feed holds addresses, which no device keeps: `memory` has it without them. What moves all the time is not worth keeping.
      keep: name !== 'feed' && !isVolatile(name) && !this.isVisit,
      visit: visitHere()?.sid,
      idleness: this.#idleness,
      onnews: () => {
        this.news++;
        void this.refresh();
      },
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

  /** Of a user, its own document, open as long as the session is: it carries its news. Null of staff, whose pages open theirs. */
  get own(): Replica | null {
    return this.#own;
  }

  /** Of which kinds of roles the list may be read. */
  get rolesReadable(): RoleKind[] {
    return ROLE_KINDS.filter((kind) => this.mayRead(ROLE_LISTS[kind]));
  }

  /** The list of the roles of a kind, shared by the pages that show it; null for those who may not see it. */
  rolesOf(kind: RoleKind): Replica | null {
    const name = ROLE_LISTS[kind];
    return this.mayRead(name) ? this.#list(name) : null;
  }

  /** The list of people and who of them is here; null for those who may not see it. */
  get people(): Replica | null {
    if (!this.mayRead('people')) return null;
    return this.#list('people', ({ doc }) =>
      peopleMap(doc).observe(({ keysChanged }) => {
        if (keysChanged.has(this.me.id)) void this.refresh();
      })
    );
  }

  /** The list of applications; null for those who may not see it. */
  get applications(): Replica | null {
    return this.mayRead('applications') ? this.#list('applications') : null;
  }

  /** The list of users; null for those who may not see it. */
  get users(): Replica | null {
    return this.mayRead('users') ? this.#list('users') : null;
  }

  /** The list of packages; null for those who may not see it. */
  get packages(): Replica | null {
    return this.mayRead('packages') ? this.#list('packages') : null;
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

  /** Signs out and clears this device, with a connection or without. */
  async signOut(): Promise<void> {
    if (this.isVisit) return this.#leaveVisit();
    this.destroy();
    this.signedOutHere = true;
    await signOutHere(this.me.id);
    this.ended = true;
  }

  /** Back to oneself. Without an answer it ends when its time is over; this page is out of it at once. */
  async #leaveVisit(): Promise<void> {
    await api.auth.signOut.mutate({ keepStorage: true }).catch(() => undefined);
    this.destroy();
    closeVisit({ over: false });
  }

  /** Closes every document of this session, whoever opened it. */
  destroy(): void {
    if (this.#destroyed) return;
    this.#destroyed = true;
    clearTimeout(this.#timer);
    removeEventListener('focus', this.#onFocus);
    removeEventListener('online', this.#onOnline);
    removeEventListener('pageshow', this.#onPageShow);
    for (const stop of this.#stop.splice(0)) stop();
    this.#unwatch();
    for (const replica of [...this.#open]) replica.destroy();
    this.#lists.clear();
    pageIdentity.leave(this.me.id);
    this.outbox.close();
    this.connection.destroy();
    this.#idleness.destroy();
    void this.memory.close();
  }

  /** A list that pages share, opened anew after it was closed. */
  #list(name: ListName, opened: (replica: Replica) => void = () => undefined): Replica {
    let replica = this.#lists.get(name);
    if (!replica || replica.state === 'closed') {
      this.#lists.set(name, (replica = this.open(name)));
      opened(replica);
    }
    return replica;
  }

  readonly #onFocus = (): void => {
    if (Date.now() - this.#refreshedAt > FOCUS_MS) void this.refresh();
  };

  readonly #onOnline = (): void => void this.refresh();

  /** Back to a page that the browser had put aside: somebody else may be here now. */
  readonly #onPageShow = ({ persisted }: PageTransitionEvent): void => {
    if (persisted) void this.refresh();
  };

  #askLater(): void {
    clearTimeout(this.#timer);
    if (this.#destroyed || this.ended) return;
    this.#timer = setTimeout(() => void this.refresh(), this.confirmed ? REFRESH_MS : CONFIRM_MS);
  }

  async #ask(): Promise<void> {
    do {
      this.#refreshAgain = false;
      this.#refreshedAt = Date.now();
      try {
        await this.#hear(await whoAmI());
      } catch (error) {
        // A step that is left is gone through where people sign in.
        if (isSignedOut(error) && !this.ended && !this.#destroyed) await this.#end();
      }
    } while (this.#refreshAgain && !this.ended && !this.#destroyed);
    this.#askLater();
  }

  async #hear({ me, as }: Here): Promise<void> {
    if (this.ended || this.#destroyed) return;
    if (me.id !== this.me.id) {
      this.successor = { name: me.name };
      return this.#end(me.id);
    }
    // Signed in anew, in another page: what waits goes on in that session.
    if (as && pageIdentity.become(as)) this.outbox.retryNow();
    if (me.epoch !== this.me.epoch) return this.#outlive();
    if (!this.confirmed && !(await this.#knowsCatalogue())) return this.#outlive();
    if (this.ended || this.#destroyed) return;
    const otherRole = me.role.id !== this.me.role.id;
    this.me = me;
    this.confirmed = true;
    this.#noteContact();
    this.#reopenCarriers(otherRole);
    await this.#tidy();
  }

  /** The catalogue that the device remembers may be of an older release. */
  async #knowsCatalogue(): Promise<boolean> {
    const catalogue = await api.catalogue.get.query();
    return JSON.stringify(catalogue) === JSON.stringify(this.catalogue.catalogue);
  }

  #outlive(): void {
    this.outdated = true;
  }

  /** The server said that the session is over, or that somebody else is here: nothing of it stays on the device. */
  async #end(except?: string): Promise<void> {
    this.#leave();
    if (this.isVisit) return;
    if (except === undefined) tellOver();
    await wipeDocuments(except === undefined ? {} : { except });
  }

  #leave(): void {
    this.ended = true;
    this.destroy();
  }

  /** These databases are being deleted by another tab. */
  #letGo(names: ReadonlySet<string>): void {
    for (const replica of [...this.#open])
      if (replica.database !== null && names.has(replica.database)) replica.drop();
  }

  /** What the server just said is what the device remembers. */
  #noteContact(): void {
    if (this.isVisit) return;
    writePointer({ personId: this.me.id, contact: Date.now() });
    void this.memory.keepMe({ ...this.me, permissions: [...this.permissions] });
  }

  /** Takes off the device what is not for this person to read at this moment, of whomever and from whenever it is. */
  async #tidy(): Promise<void> {
    // The device is of whoever of staff is here: what it holds is theirs.
    if (this.isVisit) return;
    const { id, epoch } = this.me;
    const now = generation();
    for (const replica of [...this.#open])
      if (!this.mayRead(replica.name, replica.roles)) void replica.forget();
    if (!this.mayRead('people')) void this.memory.forgetPeople();
    if (!this.mayRead('feed')) void this.memory.forgetFeed();
    void this.memory.narrowSettings(
      SETTINGS_SECTIONS.filter((section) => this.can(SECTION_READ_PERMISSION[section]))
    );
    await wipeSome((kept) => {
      if (kept.personId !== id) return true;
      if (kept.kind === 'memory') return false;
      return kept.epoch !== epoch || kept.generation !== now || !this.mayRead(kept.document, kept.roles);
    });
  }

  #effective(): ReadonlySet<string> {
    const ids = this.#granted ?? new Set(this.me.permissions);
    const grants: Grants = isSuperAdministrator(this.me.role.id) ? { all: true } : { all: false, ids };
    return effectivePermissions(this.catalogue, grants, this.me.owner);
  }

  /** What tells this page of what concerns its person: of staff their role and the settings, of a user its own document. */
  #openCarriers(): void {
    if (this.isUser) this.#own = this.open('own');
    else {
      this.#openOwnRole();
      this.#openSettings();
    }
  }

  #reopenCarriers(otherRole: boolean): void {
    if (this.isUser) {
      if (!isToReopen(this.#own)) return;
      this.#own?.destroy();
      this.#own = this.open('own');
      return;
    }
    if (otherRole || isToReopen(this.#ownRole)) this.#openOwnRole();
    if (isToReopen(this.#settings)) this.#openSettings();
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

export const SESSION_KEY = Symbol('session');

export function setSession(session: Session): Session {
  return setContext(SESSION_KEY, session);
}

/** The session of the pages behind the sign-in. */
export function getSession(): Session {
  return getContext<Session>(SESSION_KEY);
}

import type { PermissionId } from '$lib/core/access/catalogue/permission-ids';
import { getContext, setContext, untrack } from 'svelte';
import { effectivePermissions, isSuperAdministrator, type Actor, type Grants } from '$lib/core/access/access';
import { indexCatalogue, type CatalogueIndex } from '$lib/core/access/catalogue';
import { peopleMap } from '$lib/documents/list-docs';
import { ROLE_KINDS, type RoleKind } from '$lib/core/roles/role-kinds';
import { isForUsers, permissionsToRead } from '$lib/protocol/document-access';
import { CLOSE } from '$lib/protocol/close-codes';
import { type DocumentName, ROLE_LISTS } from '$lib/protocol/documents';
import { api, pageIdentity } from '../api/api';
import { Connection } from '../sync/connection.svelte';
import { onDeviceNews, announceOver, wipeDocuments } from '../device/device';
import { DeviceMemory } from '../device/device-memory';
import { writePointer } from '../device/device-pointer';
import { openOutbox, openVisitOutbox } from '../outbox/open-outbox';
import type { Outbox } from '../outbox/outbox.svelte';
import type { Replica } from '../sync/replica.svelte';
import type { Here, Me } from '../api/who-am-i';
import { draftsOf } from './drafts';
import { IdentityWatch } from './identity-watch';
import { OpenDocuments } from './open-documents';
import { OwnDocuments } from './own-documents.svelte';
import { SESSION_KEY } from './session-key';
import { isCatalogueToday, type SessionStart } from './session-start';
import { endVisit, leaveVisit, signOutHere } from './sign-out';
import { tidyDevice } from './tidy-device';
import { unsavedEditsOf } from './unsaved-edits';

const ACTIVE_MS = 60_000;

/**
 * Session of this page: who is signed in, and what they may do now. The rights follow the document of their own
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
  /** Person who signed in in this browser in the place of this one; null: nobody did. */
  successor = $state.raw<{ name: string } | null>(null);
  /** Times that the server said that something concerns this person which no document shows. */
  news = $state(0);
  /** The server has said who this is. Until then the page stands on what the device remembers (LIV-3). */
  confirmed = $state(false);
  /** The database is another one, or knows other permissions: the console has to be opened anew. */
  outdated = $state(false);
  readonly permissions: ReadonlySet<string> = $derived.by(() => this.#effective());
  /** Version of the platform's caps; null while it is not known. */
  readonly capsVersion: number | null = $derived.by(() => this.#own.capsVersion);
  /** Actor of this session, as the rules of `core` take it. */
  readonly actor: Actor = $derived.by(() => {
    const { id, name, owner, role } = this.me;
    return { id, name, owner, roleId: role.id, permissions: this.permissions };
  });

  readonly #documents: OpenDocuments;
  readonly #own: OwnDocuments;
  readonly #identity: IdentityWatch;
  readonly #stop: (() => void)[] = [];
  #activeAt = 0;
  #destroyed = false;

  constructor(start: SessionStart) {
    this.me = start.me;
    const { id } = start.me;
    if (start.as) pageIdentity.become(start.as);
    else pageIdentity.expect(id);
    this.catalogue = indexCatalogue(start.catalogue);
    this.memory = new DeviceMemory(id);
    // What one of staff sees in a user's place is not for the device, and nothing of it waits there.
    if (this.isVisit) void this.memory.close();
    this.outbox = this.isVisit ? openVisitOutbox(id) : openOutbox(id, () => this.me.deviceKeys);
    this.connection.count(unsavedEditsOf(this.outbox));
    this.confirmed = start.as !== null;
    this.#documents = new OpenDocuments({
      owner: () => this.me,
      connection: this.connection,
      onnews: () => {
        this.news++;
        void this.refresh();
      },
      onclosed: (replica, code) => this.#onClosed(replica, code)
    });
    this.#own = new OwnDocuments({
      documents: this.#documents,
      isUser: this.isUser,
      roleId: () => this.me.role.id,
      onsettings: () => void this.refresh()
    });
    if (this.confirmed) {
      void this.memory.keepCatalogue(start.catalogue);
      this.#noteContact();
    }
    this.#identity = new IdentityWatch({
      hear: (here) => this.#hear(here),
      nobody: () => this.#end(),
      isOver: () => this.ended || this.#destroyed,
      isConfirmed: () => this.confirmed
    });
    this.#follow();
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

  /** True if a document may be read with the current rights; `roles`: the kind of the role that it shows. */
  mayRead(name: DocumentName, roles: RoleKind = 'administrator'): boolean {
    if (this.isUser) return isForUsers(name);
    return permissionsToRead(name, this.me.role.id, roles).every((permission) => this.can(permission));
  }

  /** Opens a document. Whoever opens it destroys it. */
  open(name: DocumentName, roles: RoleKind = 'administrator'): Replica {
    return this.#documents.open(name, roles);
  }

  /** Own document of a user, open as long as the session: it brings news. Null of staff, whose pages open theirs. */
  get own(): Replica | null {
    return this.#own.own;
  }

  /** Kinds of roles whose list may be read. */
  get rolesReadable(): RoleKind[] {
    return ROLE_KINDS.filter((kind) => this.mayRead(ROLE_LISTS[kind]));
  }

  /** The list of the roles of a kind, shared by the pages that show it; null for those who may not see it. */
  rolesOf(kind: RoleKind): Replica | null {
    const name = ROLE_LISTS[kind];
    return this.mayRead(name) ? this.#documents.list(name) : null;
  }

  /** The list of people and who of them is here; null for those who may not see it. */
  get people(): Replica | null {
    if (!this.mayRead('people')) return null;
    return this.#documents.list('people', ({ doc }) =>
      peopleMap(doc).observe(({ keysChanged }) => {
        if (keysChanged.has(this.me.id)) void this.refresh();
      })
    );
  }

  /** The list of applications; null for those who may not see it. */
  get applications(): Replica | null {
    return this.mayRead('applications') ? this.#documents.list('applications') : null;
  }

  /** The list of users; null for those who may not see it. */
  get users(): Replica | null {
    return this.mayRead('users') ? this.#documents.list('users') : null;
  }

  /** The list of packages; null for those who may not see it. */
  get packages(): Replica | null {
    return this.mayRead('packages') ? this.#documents.list('packages') : null;
  }

  /** Asks again who this is. Who asks while an answer is on its way gets one that is newer. */
  refresh(): Promise<void> {
    return this.#identity.refresh();
  }

  /** Somebody is using the page: the session's idle time starts anew, at most once a minute. */
  noteActivity(): void {
    if (Date.now() - this.#activeAt < ACTIVE_MS || this.ended) return;
    this.#activeAt = Date.now();
    void api.me.active.mutate().catch(() => undefined);
  }

  /** Signs out and clears this device, with a connection or without. */
  async signOut(): Promise<void> {
    if (this.isVisit) return leaveVisit(() => this.destroy());
    this.destroy();
    this.signedOutHere = true;
    await signOutHere(this.me.id);
    this.ended = true;
  }

  /** Closes every document of this session, whoever opened it. */
  destroy(): void {
    if (this.#destroyed) return;
    this.#destroyed = true;
    this.#identity.stop();
    for (const stop of this.#stop.splice(0)) stop();
    this.#own.stop();
    this.#documents.destroy();
    pageIdentity.leave(this.me.id);
    this.outbox.close();
    this.connection.destroy();
    void this.memory.close();
  }

  /** Hears of what happens to this person's session elsewhere: on the server, in other tabs, in this one. */
  #follow(): void {
    this.#stop.push(
      pageIdentity.onElsewhere(() => void this.refresh()),
      onDeviceNews((news) => {
        if (news.kind !== 'over') this.#documents.letGo(new Set(news.names));
        else if (this.isVisit) endVisit(() => this.destroy());
        else this.#leave();
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

  async #hear({ me, as }: Here): Promise<void> {
    if (this.ended || this.#destroyed) return;
    if (me.id !== this.me.id) {
      this.successor = { name: me.name };
      return this.#end(me.id);
    }
    // Signed in anew, in another page: what waits goes on in that session.
    if (as && pageIdentity.become(as)) this.outbox.retryNow();
    const isSame = me.epoch === this.me.epoch;
    this.outdated ||= !isSame || (!this.confirmed && !(await isCatalogueToday(this.catalogue.catalogue)));
    if (this.outdated || this.ended || this.#destroyed) return;
    const otherRole = me.role.id !== this.me.role.id;
    this.me = me;
    // It may know newer keys.
    this.outbox.lookAgain();
    this.confirmed = true;
    this.#noteContact();
    this.#own.reopen(otherRole);
    await this.#tidy();
  }

  /** The server said that the session is over, or that somebody else is here: nothing of it stays on the device. */
  async #end(except?: string): Promise<void> {
    this.#leave();
    if (this.isVisit) return;
    if (except === undefined) announceOver();
    await wipeDocuments(except === undefined ? {} : { except });
  }

  #leave(): void {
    if (!this.#destroyed) draftsOf(this.me.id).keep();
    this.ended = true;
    this.destroy();
  }

  /** Has the device remember what the server just said. */
  #noteContact(): void {
    if (this.isVisit) return;
    writePointer({ personId: this.me.id, isUser: this.isUser, contact: Date.now() });
    void this.memory.keepMe({ ...this.me, permissions: [...this.permissions] });
  }

  async #tidy(): Promise<void> {
    // The device is of whoever of staff is here: what it holds is theirs.
    if (!this.isVisit) await tidyDevice(this, this.memory, this.#documents);
  }

  #effective(): ReadonlySet<string> {
    const ids = this.#own.granted ?? new Set(this.me.permissions);
    const grants: Grants = isSuperAdministrator(this.me.role.id) ? { all: true } : { all: false, ids };
    return effectivePermissions(this.catalogue, grants, this.me.owner);
  }

  #onClosed(replica: Replica, code: number): void {
    // Whatever closed it: what this person may read or be has changed. Nothing of it stays on the device.
    if (code === CLOSE.notAllowed || code === CLOSE.otherEpoch) void replica.forget();
    void this.refresh();
  }
}

export const setSession = (session: Session): Session => setContext(SESSION_KEY, session);

/** The session of the pages behind the sign-in. */
export const getSession = (): Session => getContext<Session>(SESSION_KEY);

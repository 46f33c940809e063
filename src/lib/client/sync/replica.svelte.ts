import { WebsocketProvider } from 'y-websocket';
import * as Y from 'yjs';
import { FED_PERSON, OF_VISIT } from '$lib/protocol/acting-as';
import type { DocumentName } from '$lib/protocol/documents';
import { deleteDatabase } from '../device/device';
import type { RoleKind } from '$lib/core/roles/role-kinds';
import { databaseName } from '../device/device-names';
import { generation } from '../device/device-pointer';
import type { Idleness } from './idleness';
import { KeptDocument } from './kept-document';
import { LiveSocket, type SocketState } from './live-socket.svelte';
import { OwnAwareness, Presence, type Peer } from './presence.svelte';

export type ReplicaState = SocketState;

/** Time that the device is waited for before the server is asked, in milliseconds. */
const DEVICE_MS = 5_000;

export type ReplicaOptions = {
  name: DocumentName;
  roles: RoleKind;
  /** Documents of another epoch have nothing to do with these. */
  epoch: string;
  /** Owner of the device store: nobody else's session ever opens it. */
  personId: string;
  /** True if this device may keep the document: not one that holds personal data of the log (P-01). */
  keep: boolean;
  /** The visit that it is read in; undefined: in none. */
  visit?: string | undefined;
  /** Idleness of this page: it knows if somebody is here. */
  idleness: Idleness;
  /** The server says that there is news for this person which no document shows. */
  onnews?: (() => void) | undefined;
  /** The socket was closed permanently, with this code. */
  onclosed?: ((code: number) => void) | undefined;
};

/**
 * This device's copy of a document: kept in IndexedDB, brought up to date over a socket, shared by nobody who may
 * not read it. Read-only: the server is the one writer.
 */
export class Replica {
  readonly name: DocumentName;
  /** Kind of the role that it shows; of any other document it says nothing. */
  readonly roles: RoleKind;
  readonly doc = new Y.Doc();

  /** There is something to show, from the device or from the server. */
  loaded = $state(false);

  readonly #provider: WebsocketProvider;
  readonly #socket: LiveSocket;
  readonly #presence: Presence;
  readonly #kept: KeptDocument | null;
  #destroyed = false;

  constructor({ name, roles, epoch, personId, keep, visit, idleness, onnews, onclosed }: ReplicaOptions) {
    this.name = name;
    this.roles = roles;
    this.#kept = keep
      ? new KeptDocument(
          databaseName({
            kind: 'document',
            document: name,
            roles,
            epoch,
            personId,
            generation: generation()
          }),
          this.doc
        )
      : null;
    const awareness = new OwnAwareness(this.doc);
    this.#provider = new WebsocketProvider(syncUrl(), name, this.doc, {
      // Whoever signs in next in this browser must not feed this person's copy.
      params: { epoch, [FED_PERSON]: personId, ...(visit === undefined ? {} : { [OF_VISIT]: visit }) },
      disableBc: true,
      // Asked too early, the server would send again what the device holds.
      connect: false,
      awareness
    });
    this.#presence = new Presence(awareness, idleness, onnews);
    this.#socket = new LiveSocket(this.#provider, {
      synced: () => {
        this.loaded = true;
        void this.#kept?.compact();
      },
      heard: (at, final) => this.#kept?.note(at, final),
      closed: (code) => onclosed?.(code)
    });
    void this.#begin();
    this.doc.on('update', this.#look);
  }

  get state(): ReplicaState {
    return this.#socket.state;
  }

  /** The code its socket was closed with for good; null: it was not. */
  get closeCode(): number | null {
    return this.#socket.closeCode;
  }

  /** Time at which the server was last heard of, in milliseconds since 1970; null: not known. */
  get lastContact(): number | null {
    return this.#socket.lastContact;
  }

  /** The database of this document; null when the device keeps none. */
  get database(): string | null {
    return this.#kept?.name ?? null;
  }

  /** Others who are here, and oneself in other tabs. */
  get peers(): readonly Peer[] {
    return this.#presence.peers;
  }

  /** Tells the others where in the page one is. */
  setAt(at: string | undefined): void {
    this.#presence.setAt(at);
  }

  destroy(): void {
    if (this.#destroyed) return;
    this.#destroyed = true;
    this.#socket.destroy();
    this.#presence.destroy();
    this.#provider.destroy();
    this.#kept?.close();
    this.doc.destroy();
  }

  /** Takes the document off this device: its person may not read it any more. */
  async forget(): Promise<void> {
    const name = this.database;
    this.drop();
    if (name !== null) await deleteDatabase(name);
  }

  /** Lets go of the document: it is being deleted, here or by another tab. */
  drop(): void {
    this.#socket.drop();
    this.destroy();
  }

  /** The way to the server is known to be gone, whatever the socket says. */
  readonly lost = (): void => this.#socket.lost();

  /** Connects once what the device holds is here, or does not come. */
  async #begin(): Promise<void> {
    const loaded = this.#kept?.loaded().then((contact) => {
      this.#look();
      this.#socket.lastContact ??= contact;
    });
    if (loaded) await Promise.race([loaded, new Promise((resolve) => setTimeout(resolve, DEVICE_MS))]);
    if (!this.#destroyed && this.state !== 'closed') this.#provider.connect();
  }

  readonly #look = (): void => {
    if (!this.loaded && Y.encodeStateVector(this.doc).length > 1) this.loaded = true;
  };
}

function syncUrl(): string {
  return `${location.origin.replace(/^http/, 'ws')}/sync`;
}

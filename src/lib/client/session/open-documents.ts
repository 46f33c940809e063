import type { RoleKind } from '$lib/core/roles/role-kinds';
import { isVolatile, type DocumentName } from '$lib/protocol/documents';
import { visitHere } from '../api/visit';
import type { Connection } from '../sync/connection.svelte';
import { Idleness } from '../sync/idleness';
import { Replica } from '../sync/replica.svelte';

/** Documents that pages share. */
export type ListName = 'roles' | 'userRoles' | 'people' | 'applications' | 'users' | 'packages';

export type OpenDocumentsOptions = {
  /** Owner of the documents, and the epoch of their database, at this moment. */
  owner(): { id: string; epoch: string };
  connection: Connection;
  /** The server says that something concerns this person which no document shows. */
  onnews(): void;
  onclosed(replica: Replica, code: number): void;
};

/** The documents that a session holds open, whichever page asked for them. */
export class OpenDocuments {
  readonly #options: OpenDocumentsOptions;
  readonly #open = new Set<Replica>();
  readonly #idleness = new Idleness();
  // Not reactive: opened by the first page that asks, and anew by the next one after they were closed.
  readonly #lists = new Map<ListName, Replica>();

  constructor(options: OpenDocumentsOptions) {
    this.#options = options;
  }

  /** Opens a document. Whoever opens it destroys it. */
  open(name: DocumentName, roles: RoleKind = 'administrator'): Replica {
    const { owner, connection, onnews, onclosed } = this.#options;
    const { id, epoch } = owner();
    const visit = visitHere()?.sid;
    const replica: Replica = new Replica({
      name,
      roles,
      epoch,
      personId: id,
      // The feed holds addresses, which no device keeps: `memory` has it without them. What moves all the time is
      // not worth keeping.
      keep: name !== 'feed' && !isVolatile(name) && visit === undefined,
      visit,
      idleness: this.#idleness,
      onnews,
      onclosed: (code) => onclosed(replica, code)
    });
    const unwatch = connection.watch(replica);
    this.#open.add(replica);
    replica.doc.on('destroy', () => {
      unwatch();
      this.#open.delete(replica);
    });
    return replica;
  }

  /** A list that pages share, opened anew after it was closed; `opened` is told of each opening. */
  list(name: ListName, opened: (replica: Replica) => void = () => undefined): Replica {
    let replica = this.#lists.get(name);
    if (!replica || replica.state === 'closed') {
      this.#lists.set(name, (replica = this.open(name)));
      opened(replica);
    }
    return replica;
  }

  /** Lets go of what another tab deletes from this device, by the names of its databases. */
  letGo(names: ReadonlySet<string>): void {
    for (const replica of [...this.#open])
      if (replica.database !== null && names.has(replica.database)) replica.drop();
  }

  /** Takes off the device what may not be read any more. */
  forgetUnless(mayRead: (name: DocumentName, roles: RoleKind) => boolean): void {
    for (const replica of [...this.#open]) if (!mayRead(replica.name, replica.roles)) void replica.forget();
  }

  /** Closes every document, whoever opened it. */
  destroy(): void {
    for (const replica of [...this.#open]) replica.destroy();
    this.#lists.clear();
    this.#idleness.destroy();
  }
}

import { settingsVersions } from '$lib/documents/list-docs';
import { observeCells, readGranted } from '$lib/documents/role-doc';
import { CLOSE } from '$lib/protocol/close-codes';
import type { Replica } from '../sync/replica.svelte';
import type { OpenDocuments } from './open-documents';

export type OwnDocumentsOptions = {
  documents: OpenDocuments;
  isUser: boolean;
  /** The role of the person at this moment. */
  roleId(): string;
  /** Called when the settings have changed in what they say of this person. */
  onsettings(): void;
};

/**
 * Documents that tell a page of what concerns its person: of staff their role and the settings, of a user its own
 * document.
 */
export class OwnDocuments {
  readonly #options: OwnDocumentsOptions;
  /** Permissions that the person's own role holds, as the server tells it live; null: not known of this role yet. */
  granted = $state.raw<ReadonlySet<string> | null>(null);
  /** Version of the platform's caps; null: not known, or of a user, who is not told of the settings. */
  capsVersion = $state.raw<number | null>(null);
  /** A user's own document, open as long as the session is: it carries its news. Null of staff. */
  own = $state.raw<Replica | null>(null);
  #role: Replica | null = null;
  #settings: Replica | null = null;
  #unwatchRole: () => void = () => undefined;

  constructor(options: OwnDocumentsOptions) {
    this.#options = options;
    if (options.isUser) this.own = options.documents.open('own');
    else {
      this.#openRole();
      this.#openSettings();
    }
  }

  /** Opens again what was closed although the session goes on, and the role of somebody who has another one now. */
  reopen(otherRole: boolean): void {
    const { isUser, documents } = this.#options;
    if (isUser) {
      if (!isToReopen(this.own)) return;
      this.own?.destroy();
      this.own = documents.open('own');
      return;
    }
    if (otherRole || isToReopen(this.#role)) this.#openRole();
    if (isToReopen(this.#settings)) this.#openSettings();
  }

  stop(): void {
    this.#unwatchRole();
  }

  #openRole(): void {
    this.#unwatchRole();
    this.granted = null;
    const { documents, roleId } = this.#options;
    const replica = documents.open(`role:${roleId()}`);
    this.#role = replica;
    // What the device remembers is older than what the server just said: it counts once the document is in step.
    const read = () => {
      if (replica.state === 'live') this.granted = readGranted(replica.doc);
    };
    const stop = observeCells(replica.doc, read);
    const live = $effect.root(() => {
      $effect(() => {
        if (replica.state === 'live') read();
      });
    });
    this.#unwatchRole = () => {
      stop();
      live();
      replica.destroy();
    };
  }

  /**
   * Opens the document of the settings, which reach this person through `me`: caps in force, 2FA, the
   * installation's look.
   */
  #openSettings(): void {
    this.#settings = this.#options.documents.open('settings');
    const versions = settingsVersions(this.#settings.doc);
    versions.observe(() => {
      this.capsVersion = versions.get('caps') ?? null;
      this.#options.onsettings();
    });
  }
}

/** Closed although the session goes on: its cookie changed meanwhile, or the database is another one. */
function isToReopen(replica: Replica | null): boolean {
  return replica?.closeCode === CLOSE.signedOut || replica?.closeCode === CLOSE.otherEpoch;
}

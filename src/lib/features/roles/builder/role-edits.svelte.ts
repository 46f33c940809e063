import type * as Y from 'yjs';
import { observeCells, permissionCells, readRoleHeader, type RoleHeader } from '$lib/documents/role-doc';
import { EditHistory, type Gesture, type Reversal } from './edit-history';
import { newlyRefused } from '$lib/client/forms/field-edits.svelte';
import type { Outbox } from '$lib/client/outbox/outbox.svelte';
import { overlayOf, type Shown } from '$lib/client/outbox/overlay';
import type { CommittedPart, OutboxRecord, Records, Subject } from '$lib/client/outbox/record';
import { isPermission } from '$lib/client/outbox/requests';
import type { FieldChange } from '$lib/client/outbox/steps/edits';
import type { Clock } from '$lib/client/outbox/sender';
import { browserClock } from '$lib/client/outbox/browser-clock';
import { OwnRestores } from './own-restores';
import { roleSubject } from '$lib/shared/roles/kinds-of-roles';
import type { RoleKind } from '$lib/core/roles/role-kinds';
import type { RoleField, RoleFields } from '$lib/core/roles/role-history';

/** State of a permission or field: at rest, asked for, kept until a connection, or just committed. */
export type EditState = 'rest' | 'sending' | 'waiting' | 'saved';

export type RoleEditsOptions = {
  roleId: string;
  /** Absent: of administrators. */
  kind?: RoleKind;
  doc: Y.Doc;
  outbox: Outbox;
  /** The author as the cells name them. */
  isMe: (by: string) => boolean;
  /** Called with the permissions whose shown state may have changed since it was made. */
  onShown?: (ids: Iterable<string>) => void;
  clock?: Clock;
};

const SAVED_FOR = 1200;

/**
 * The edits of one role over its replica. A tick is an intent: it goes into the outbox, and is shown as intended
 * until the server has committed it and the replica says so. What was refused leaves the overlay for the list of
 * what needs attention.
 */
export class RoleEdits {
  readonly subject: Subject;
  /** Grows with every change of anything shown. */
  #revision = $state(0);
  #committed = $state.raw<RoleHeader | null>(null);

  readonly #options: RoleEditsOptions;
  readonly #history = new EditHistory();
  readonly #restores: OwnRestores;
  /** Own changes that the replica does not show yet. */
  #overlay: Map<string, Shown>;
  readonly #saved = new Map<string, number>();
  readonly #timers = new Set<() => void>();
  readonly #stop: (() => void)[] = [];

  constructor(options: RoleEditsOptions) {
    this.#options = options;
    this.subject = roleSubject(options.kind ?? 'administrator', options.roleId);
    const { doc, outbox } = options;
    this.#overlay = overlayOf(outbox.records, this.subject);
    this.#restores = new OwnRestores(this.#history, this.#mine(outbox.records));
    const role = doc.getMap('role');
    const headerChanged = () => this.#settle();
    role.observe(headerChanged);
    this.#stop.push(
      () => role.unobserve(headerChanged),
      observeCells(doc, (ids) => this.#touch(ids)),
      outbox.watch((before, after) => this.#follow(before, after))
    );
    this.#settle();
  }

  /** The version of the role on screen. */
  get seq(): number {
    return this.#committed?.seq ?? 0;
  }

  /** The role's header as committed; null before anything arrived. */
  get committed(): RoleHeader | null {
    return this.#committed;
  }

  /** A number that changes whenever `shown`, `stateOf` or `field` may answer differently. */
  get revision(): number {
    return this.#revision;
  }

  /** Refused changes, newest first: never dropped silently (LIV-8). */
  get attention(): readonly OutboxRecord[] {
    return this.#options.outbox.refused.filter(({ subject }) => subject === this.subject);
  }

  /** Nothing can be said about when what waits gets through. */
  get waiting(): boolean {
    return this.pending > 0 && this.#options.outbox.waiting;
  }

  /** Edits that are not committed yet. */
  get pending(): number {
    return [...this.#pendingKeys()].length;
  }

  /** The permissions that are not committed yet. */
  *pendingPermissions(): Generator<string> {
    for (const key of this.#pendingKeys()) if (isPermission(key)) yield key;
  }

  /** True if the permission is ticked as its author intends it. */
  shown(id: string): boolean {
    void this.#revision;
    const own = this.#overlay.get(id);
    return own ? own.part.value === true : this.isCommitted(id);
  }

  /** True if the permission is ticked in the replica, as committed. */
  isCommitted(id: string): boolean {
    return permissionCells(this.#options.doc).get(id)?.on === true;
  }

  stateOf(key: string): EditState {
    void this.#revision;
    const stage = this.#overlay.get(key)?.stage;
    if (stage === 'held') return 'waiting';
    if (stage === 'queued' || stage === 'sent') return this.#options.outbox.waiting ? 'waiting' : 'sending';
    return this.#saved.has(key) ? 'saved' : 'rest';
  }

  /** A field as its author intends it; null before anything arrived. */
  field<F extends RoleField>(field: F): RoleFields[F] | null {
    void this.#revision;
    const own = this.#overlay.get(field);
    return (own ? own.part.value : (this.#committed?.[field] ?? null)) as RoleFields[F] | null;
  }

  get canUndo(): boolean {
    void this.#revision;
    return this.#history.canUndo;
  }

  get canRedo(): boolean {
    void this.#revision;
    return this.#history.canRedo;
  }

  /** Ticks or unticks permissions as one gesture. Returns how many of them it changes. */
  set(ids: Iterable<string>, on: boolean): number {
    const permissions = new Map<string, boolean>();
    for (const id of ids) if (this.shown(id) !== on) permissions.set(id, on);
    this.#apply({ permissions, fields: new Map() }, true);
    return permissions.size;
  }

  /**
   * Sets a field of the role.
   * @param saw what its author had before their eyes, and its version; by default what is on screen now
   */
  setField<F extends RoleField>(field: F, value: RoleFields[F], saw?: { value: RoleFields[F]; seq: number }) {
    const from = saw ? saw.value : this.field(field);
    if (from === null || from === value) return;
    this.#apply({ permissions: new Map(), fields: new Map([[field, { from, to: value }]]) }, true, saw?.seq);
  }

  /** The newest gesture, for an *Undo* that means just this one. */
  get lastGesture(): Gesture | null {
    return this.#history.last;
  }

  /** Takes a gesture back: what was not sent yet leaves no trace, the rest is a new edit. */
  undo(gesture = this.#history.last): Reversal | null {
    return this.#reverse(this.#history.undo(this.#presentState(), gesture));
  }

  redo(): Reversal | null {
    return this.#reverse(this.#history.redo(this.#presentState()));
  }

  destroy() {
    for (const stop of this.#stop) stop();
    for (const cancel of this.#timers) cancel();
  }

  *#pendingKeys(): Generator<string> {
    void this.#revision;
    for (const [key, { stage }] of this.#overlay) if (stage !== 'landed') yield key;
  }

  #presentState() {
    return {
      shown: (id: string) => this.shown(id),
      isMine: (id: string) => {
        if (this.#overlay.has(id)) return true;
        const cell = permissionCells(this.#options.doc).get(id);
        return cell !== undefined && this.#options.isMe(cell.by);
      },
      field: (field: RoleField) => this.field(field)
    };
  }

  #reverse(reversal: Reversal | null): Reversal | null {
    if (reversal) this.#apply(reversal.gesture, false);
    return reversal;
  }

  #apply(gesture: Gesture, remember: boolean, seen = this.seq) {
    const changes = this.#changes(gesture, seen);
    if (remember) this.#history.record(gesture);
    this.#options.outbox.edit(this.subject, this.#label, changes);
    this.#touch([]);
  }

  #changes(gesture: Gesture, seen: number): FieldChange[] {
    const ticks = [...gesture.permissions].map(([key, value]): FieldChange => {
      return { key, value, committed: this.isCommitted(key), seen };
    });
    const fields = [...gesture.fields].map(([key, { to }]): FieldChange => {
      return { key, value: to, committed: this.#committed?.[key] ?? null, seen };
    });
    return [...ticks, ...fields];
  }

  get #label(): string {
    return this.#committed?.name ?? this.#options.roleId;
  }

  #mine(records: Records): Records {
    return records.filter(({ subject }) => subject === this.subject);
  }

  /** Follows the outbox: what is on its way, what landed, what did not. */
  #follow(before: Records, after: Records) {
    const [was, is] = [this.#mine(before), this.#mine(after)];
    const overlay = overlayOf(is, this.subject);
    const changed = changedKeys(this.#overlay, overlay);
    const landed = [...overlay].filter(
      ([key, { stage }]) => stage === 'landed' && this.#overlay.get(key)?.stage !== 'landed'
    );
    this.#overlay = overlay;
    this.#showSaved(landed.map(([key]) => key));
    // What was so already is somebody else's doing, and what did not land was never done: not for this author to undo.
    const notOwn = landed.filter(([, { part }]) => !(part as CommittedPart).own).map(([key]) => key);
    this.#history.forget(new Set([...notOwn, ...partsRefused(was, is)]));
    // An earlier version is in force, by this author's own hand: an undo would take back what is no longer there.
    this.#restores.follow(was, is);
    this.#touch(changed);
    this.#settle();
  }

  /** Lets go of what the replica now says itself. */
  #settle() {
    this.#committed = readRoleHeader(this.#options.doc);
    this.#revision++;
    if (this.#committed) this.#options.outbox.acknowledge(this.subject, this.#committed.seq);
  }

  #showSaved(keys: readonly string[]) {
    if (keys.length === 0) return;
    for (const key of keys) this.#saved.set(key, (this.#saved.get(key) ?? 0) + 1);
    const { clock = browserClock } = this.#options;
    const cancel = clock.after(SAVED_FOR, () => {
      this.#timers.delete(cancel);
      for (const key of keys) {
        const shows = (this.#saved.get(key) ?? 1) - 1;
        if (shows > 0) this.#saved.set(key, shows);
        else this.#saved.delete(key);
      }
      this.#revision++;
    });
    this.#timers.add(cancel);
  }

  #touch(ids: Iterable<string>) {
    this.#revision++;
    this.#options.onShown?.(ids);
  }
}

/** Parts that may look different under another overlay. */
function changedKeys(before: ReadonlyMap<string, Shown>, after: ReadonlyMap<string, Shown>): string[] {
  const keys = new Set([...before.keys(), ...after.keys()]);
  return [...keys].filter((key) => before.get(key)?.part.value !== after.get(key)?.part.value);
}

function partsRefused(before: Records, after: Records): string[] {
  return newlyRefused(before, after).flatMap(({ change }) =>
    change.kind === 'edit' ? Object.keys(change.parts) : []
  );
}

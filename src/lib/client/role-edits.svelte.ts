import type * as Y from 'yjs';
import { v4 as uuid } from 'uuid';
import type { Refusal } from '$lib/core/refusal';
import type { RefusedPart } from '$lib/core/roles';
import { observeCells, permissionCells, readRoleHeader, type RoleHeader } from '$lib/docs/role-doc';
import { collectAttention, subjectOf, type AttentionItem } from './attention';
import { EditHistory, type Gesture, type Reversal } from './edit-history';
import { WishQueue, type RoleEditInput, type RoleField, type RoleFields, type Sendable } from './wish-queue';

/** The answer of `roles.edit`: the version that holds it, what is different because of it, and what did not land. */
export type RoleEditAnswer = {
  seq: number;
  applied: { granted: string[]; revoked: string[]; fields: string[] };
  refused: RefusedPart[];
};

/** How a permission or field stands: at rest, asked for, kept until a connection, or just committed. */
export type EditState = 'rest' | 'sending' | 'waiting' | 'saved';

export type RoleEditsOptions = {
  roleId: string;
  doc: Y.Doc;
  /** The author as the cells name them. */
  isMe: (by: string) => boolean;
  send: (input: RoleEditInput) => Promise<RoleEditAnswer>;
  refusalOf: (error: unknown) => Refusal | null;
  isConnectionFault: (error: unknown) => boolean;
  /** Called with the permissions whose shown state may have changed. */
  onShown?: (ids: Iterable<string>) => void;
};

const SAVED_FOR = 1200;
const FIRST_RETRY = 500;
const LAST_RETRY = 30_000;

/**
 * The pending edits of one role, over its replica. A tick is an intent: it is queued, sent in order, one request at a
 * time, and shown as intended until the server has committed it. An unknown outcome is repeated with the same
 * operation id, which makes it safe; what was refused leaves the overlay for the list of what needs attention.
 */
export class RoleEdits {
  /** What was refused, newest first: never dropped silently (LIV-8). */
  attention = $state.raw<readonly AttentionItem[]>([]);
  /** Set while a connection is missing: nothing can be said about what is on its way. */
  waiting = $state(false);
  /** Grows with every change of anything shown. */
  #revision = $state(0);
  #committed = $state.raw<RoleHeader | null>(null);

  readonly #options: RoleEditsOptions;
  readonly #queue = new WishQueue();
  readonly #history = new EditHistory();
  /** The request on its way. */
  #current: Sendable | null = null;
  /** Acknowledged with that version, not yet in the replica: permission id or field → value and version. */
  readonly #landing = new Map<string, { value: string | boolean; seq: number }>();
  readonly #saved = new Map<string, number>();
  readonly #timers = new Set<ReturnType<typeof setTimeout>>();
  #retry: ReturnType<typeof setTimeout> | null = null;
  #failures = 0;
  #closed = false;
  readonly #stop: (() => void)[] = [];

  constructor(options: RoleEditsOptions) {
    this.#options = options;
    const { doc } = options;
    const role = doc.getMap('role');
    const headerChanged = () => this.#settle();
    role.observe(headerChanged);
    this.#stop.push(
      () => role.unobserve(headerChanged),
      observeCells(doc, (ids) => this.#touch(ids))
    );
    if (typeof window !== 'undefined') {
      const online = () => this.retryNow();
      window.addEventListener('online', online);
      this.#stop.push(() => window.removeEventListener('online', online));
    }
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

  /** Edits that are not committed yet. */
  get pending(): number {
    void this.#revision;
    const sent = this.#current;
    return this.#queue.size + (sent ? sent.permissions.size + Object.keys(sent.fields).length : 0);
  }

  /** The permissions that are not committed yet. */
  *pendingPermissions(): Generator<string> {
    void this.#revision;
    yield* this.#queue.permissions.keys();
    if (this.#current) yield* this.#current.permissions.keys();
  }

  /** Whether the permission is ticked as its author intends it. */
  shown(id: string): boolean {
    void this.#revision;
    return this.#wished(id) ?? this.isCommitted(id);
  }

  /** Whether the permission is in force, as the replica says. */
  isCommitted(id: string): boolean {
    return permissionCells(this.#options.doc).get(id)?.on === true;
  }

  stateOf(key: string): EditState {
    void this.#revision;
    if (this.#isPending(key)) return this.waiting ? 'waiting' : 'sending';
    return this.#saved.has(key) ? 'saved' : 'rest';
  }

  /** A field as its author intends it; null before anything arrived. */
  field<F extends RoleField>(field: F): RoleFields[F] | null {
    void this.#revision;
    const wished =
      this.#queue.fields.get(field)?.value ?? this.#current?.fields[field] ?? this.#landing.get(field)?.value;
    return (wished ?? this.#committed?.[field] ?? null) as RoleFields[F] | null;
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

  undo(gesture = this.#history.last): Reversal | null {
    return this.#reverse(this.#history.undo(this.#standing(), gesture));
  }

  redo(): Reversal | null {
    return this.#reverse(this.#history.redo(this.#standing()));
  }

  /** Asks again, knowingly: with what is on screen now. */
  tryAgain(item: AttentionItem) {
    this.discard(item);
    const fields: Gesture['fields'] = new Map();
    if (item.field && item.value !== undefined) {
      const from = this.field(item.field);
      if (from !== null) fields.set(item.field, { from, to: item.value });
    }
    const permissions = new Map([...item.permissions].filter(([id, on]) => this.shown(id) !== on));
    this.#apply({ permissions, fields }, true);
  }

  discard(item: AttentionItem) {
    this.attention = this.attention.filter((other) => other !== item);
  }

  /** Sends at once what waits for a connection. */
  retryNow() {
    if (this.#retry === null) return;
    clearTimeout(this.#retry);
    this.#retry = null;
    void this.#send();
  }

  destroy() {
    this.#closed = true;
    for (const stop of this.#stop) stop();
    for (const timer of this.#timers) clearTimeout(timer);
    if (this.#retry !== null) clearTimeout(this.#retry);
  }

  #wished(id: string): boolean | undefined {
    const landing = this.#landing.get(id)?.value;
    return (
      this.#queue.permissions.get(id)?.on ??
      this.#current?.permissions.get(id) ??
      (typeof landing === 'boolean' ? landing : undefined)
    );
  }

  #isPending(key: string): boolean {
    const sent = this.#current;
    return (
      this.#queue.permissions.has(key) ||
      this.#queue.fields.has(key as RoleField) ||
      (sent !== null && (sent.permissions.has(key) || key in sent.fields))
    );
  }

  #standing() {
    return {
      shown: (id: string) => this.shown(id),
      isMine: (id: string) => {
        if (this.#wished(id) !== undefined) return true;
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
    const cells = permissionCells(this.#options.doc);
    for (const [id, on] of gesture.permissions) this.#queue.wish(id, on, seen, cells.get(id));
    for (const [field, { from, to }] of gesture.fields) this.#queue.wishField(field, to, seen, from);
    if (remember) this.#history.record(gesture);
    this.#touch(gesture.permissions.keys());
    this.#pump();
  }

  #pump() {
    if (this.#closed || this.#current) return;
    const { doc, isMe, roleId } = this.#options;
    const cells = permissionCells(doc);
    this.#current = this.#queue.take(roleId, uuid(), {
      header: this.#committed,
      cell: (id) => cells.get(id),
      isMine: isMe,
      isLanding: (key) => this.#landing.has(key)
    });
    if (this.#current) void this.#send();
  }

  async #send() {
    const request = this.#current;
    if (!request) return;
    try {
      const answer = await this.#options.send(request.input);
      if (!this.#closed) this.#acknowledged(request, answer);
    } catch (error) {
      if (!this.#closed) this.#failed(request, error);
    }
  }

  #acknowledged(request: Sendable, answer: RoleEditAnswer) {
    const refused = new Set(answer.refused.map((part) => keyOf(request, part)));
    const landed: string[] = [];
    for (const [id, on] of request.permissions) {
      if (refused.has(id)) continue;
      this.#landing.set(id, { value: on, seq: answer.seq });
      landed.push(id);
    }
    for (const [field, value] of Object.entries(request.fields)) {
      if (refused.has(field)) continue;
      this.#landing.set(field, { value, seq: answer.seq });
      landed.push(field);
    }
    this.#showSaved(landed);
    // What was so already is somebody else's doing: it is not for this author to undo.
    const { granted, revoked, fields } = answer.applied;
    const applied = new Set([...granted, ...revoked, ...fields]);
    this.#history.forget(new Set(landed.filter((key) => !applied.has(key))));
    this.#finish(request, answer.refused);
  }

  #failed(request: Sendable, error: unknown) {
    const refusal = this.#options.refusalOf(error);
    if (refusal?.code === 'busy') return this.#retryIn(refusal.retryAfter * 1000);
    if (!refusal && this.#options.isConnectionFault(error)) {
      // The outcome is unknown: the same operation id makes asking again safe.
      const delay = Math.min(LAST_RETRY, FIRST_RETRY * 2 ** this.#failures++);
      return this.#retryIn(delay * (0.5 + Math.random() / 2));
    }
    const reason: Refusal = refusal ?? { code: 'input/invalid', field: 'op', message: messageOf(error) };
    const parts = [...request.permissions.keys()].map((permission) => ({ ...reason, permission }));
    const fields = Object.keys(request.fields).map((field) => ({ ...reason, field }));
    this.#finish(request, [...parts, ...fields] as RefusedPart[]);
  }

  #retryIn(delay: number) {
    this.waiting = true;
    this.#revision++;
    this.#retry = setTimeout(() => {
      this.#retry = null;
      void this.#send();
    }, delay);
  }

  #finish(request: Sendable, refused: readonly RefusedPart[]) {
    this.#current = null;
    this.#failures = 0;
    this.waiting = false;
    if (refused.length > 0) {
      this.attention = [...collectAttention(request, refused), ...this.attention];
      this.#history.forget(new Set(refused.map((part) => keyOf(request, part))));
    }
    this.#touch(request.permissions.keys());
    this.#settle();
  }

  /** Drops from the overlay what the replica now says itself, and goes on. */
  #settle() {
    this.#committed = readRoleHeader(this.#options.doc);
    const settled: string[] = [];
    for (const [key, { seq }] of this.#landing) {
      if (seq > this.seq) continue;
      this.#landing.delete(key);
      settled.push(key);
    }
    this.#touch(settled);
    this.#pump();
  }

  #showSaved(keys: readonly string[]) {
    for (const key of keys) this.#saved.set(key, (this.#saved.get(key) ?? 0) + 1);
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      for (const key of keys) {
        const shows = (this.#saved.get(key) ?? 1) - 1;
        if (shows > 0) this.#saved.set(key, shows);
        else this.#saved.delete(key);
      }
      this.#revision++;
    }, SAVED_FOR);
    this.#timers.add(timer);
  }

  #touch(ids: Iterable<string>) {
    this.#revision++;
    this.#options.onShown?.(ids);
  }
}

/** The permission or field that a refused part is about. */
function keyOf(request: Sendable, part: RefusedPart): string {
  const subject = subjectOf(request, part);
  if (!subject) return '';
  return 'field' in subject ? subject.field : subject.permission;
}

function messageOf(error: unknown): string {
  return error instanceof Error
    ? error.message
    : 'The server answered in a way this page does not understand.';
}

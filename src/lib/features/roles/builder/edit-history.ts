import type { RoleField } from '$lib/core/roles/role-history';

/** Changes of one press: permissions to the value they were set to, fields from one value to another. */
export type Gesture = {
  permissions: Map<string, boolean>;
  fields: Map<RoleField, { from: string | boolean; to: string | boolean }>;
};

/** Current state of the role, as undo must know it. */
export type PresentState = {
  shown(id: string): boolean;
  /** True if the author was the last to set this permission, as far as this browser knows. */
  isMine(id: string): boolean;
  field(field: RoleField): string | boolean | null;
};

/** Changes that an undo or redo asks for, and the ones it leaves alone because someone changed them since. */
export type Reversal = { gesture: Gesture; skipped: string[] };

const DEPTH = 200;

/**
 * Undo and redo by intent: an undo is a new edit that puts back only what still stands as its author left it. What
 * somebody else changed since, a revocation above all, is skipped and named: nobody's undo takes back another's work.
 */
export class EditHistory {
  #done: Gesture[] = [];
  #undone: Gesture[] = [];

  get canUndo() {
    return this.#done.length > 0;
  }
  get canRedo() {
    return this.#undone.length > 0;
  }

  /** A new edit: what was undone before it can no longer be redone. */
  record(gesture: Gesture) {
    if (isEmpty(gesture)) return;
    this.#done.push(gesture);
    if (this.#done.length > DEPTH) this.#done.shift();
    this.#undone = [];
  }

  /** Gestures that can be undone or redone now. */
  get gestures(): ReadonlySet<Gesture> {
    return new Set([...this.#done, ...this.#undone]);
  }

  /** Drops gestures: what they stood on is no ground any more to undo or redo on. */
  drop(gestures: ReadonlySet<Gesture>) {
    this.#done = this.#done.filter((gesture) => !gestures.has(gesture));
    this.#undone = this.#undone.filter((gesture) => !gestures.has(gesture));
  }

  /** Drops refused changes, which were never done, from the history: permissions and fields by their key. */
  forget(keys: ReadonlySet<string>) {
    const prune = (gestures: Gesture[]) =>
      gestures.filter((gesture) => {
        for (const key of keys) {
          gesture.permissions.delete(key);
          gesture.fields.delete(key as RoleField);
        }
        return !isEmpty(gesture);
      });
    this.#done = prune(this.#done);
    this.#undone = prune(this.#undone);
  }

  /** The newest gesture that can be undone. */
  get last(): Gesture | null {
    return this.#done.at(-1) ?? null;
  }

  /** Takes back one gesture: the newest, or the one given if it is still there. */
  undo(state: PresentState, gesture = this.last): Reversal | null {
    if (!gesture || !this.#done.includes(gesture)) return null;
    this.#done = this.#done.filter((other) => other !== gesture);
    const reversal = reverse(gesture, state);
    if (isEmpty(reversal.gesture)) return reversal;
    this.#undone.push(inverse(reversal.gesture));
    return reversal;
  }

  redo(state: PresentState): Reversal | null {
    const gesture = this.#undone.pop();
    if (!gesture) return null;
    const reversal = reverse(inverse(gesture), state);
    if (isEmpty(reversal.gesture)) return reversal;
    this.#done.push(reversal.gesture);
    return reversal;
  }
}

function isEmpty(gesture: Gesture): boolean {
  return gesture.permissions.size + gesture.fields.size === 0;
}

function inverse(gesture: Gesture): Gesture {
  return {
    permissions: new Map([...gesture.permissions].map(([id, on]) => [id, !on])),
    fields: new Map([...gesture.fields].map(([field, { from, to }]) => [field, { from: to, to: from }]))
  };
}

/** The edit that takes a gesture back, as far as it still stands. */
function reverse(gesture: Gesture, state: PresentState): Reversal {
  const back: Gesture = { permissions: new Map(), fields: new Map() };
  const skipped: string[] = [];
  for (const [id, on] of gesture.permissions) {
    if (state.shown(id) === on && state.isMine(id)) back.permissions.set(id, !on);
    else skipped.push(id);
  }
  for (const [field, { from, to }] of gesture.fields) {
    if (state.field(field) === to) back.fields.set(field, { from: to, to: from });
    else skipped.push(field);
  }
  return { gesture: back, skipped };
}

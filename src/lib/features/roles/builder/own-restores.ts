import { isPending, type OutboxRecord, type Records } from '$lib/client/outbox/record';
import type { EditHistory, Gesture } from './edit-history';

/**
 * Restores of a role by whoever edits it. One that changed the role leaves no ground to undo or redo what was done
 * before it was asked for; what was done since is in force on top of it.
 */
export class OwnRestores {
  readonly #history: EditHistory;
  /**
   * Gestures that there were when a restore was asked for, by its operation. None is let go of: what is shown may
   * step back for a moment, when one write ends after another.
   */
  readonly #before = new Map<string, ReadonlySet<Gesture>>();

  /** @param records what is kept of the role already */
  constructor(history: EditHistory, records: Records) {
    this.#history = history;
    this.follow([], records);
  }

  /** Follows what is kept of the role. */
  follow(was: Records, is: Records): void {
    for (const { op } of is.filter(isWaiting))
      if (!this.#before.has(op)) this.#before.set(op, this.#history.gestures);
    for (const record of was.filter(isWaiting))
      if (hasLanded(record, is)) this.#history.drop(this.#before.get(record.op) ?? new Set());
  }
}

/** True of a restore that is not settled. */
function isWaiting(record: OutboxRecord): boolean {
  const { change } = record;
  if (change.kind !== 'command' || !isPending(record)) return false;
  return change.procedure === 'roles.restore' || change.procedure === 'userRoles.restore';
}

/** True if it has changed the role, whole or in part. */
function hasLanded({ op, stage }: OutboxRecord, after: Records): boolean {
  const now = after.find((record) => record.op === op)?.stage;
  // Another tab saw it land and let go of it; one that was never sent was taken back.
  if (!now) return stage.is === 'sent';
  return now.is === 'landed' || (now.is === 'refused' && now.partly === true);
}

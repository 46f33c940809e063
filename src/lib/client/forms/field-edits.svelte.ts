import type { Refusal } from '$lib/core/access/refusal';
import type { Outbox } from '../outbox/outbox.svelte';
import { overlayOf, type Shown } from '../outbox/overlay';
import type { OutboxRecord, Parts, PartValue, Records, Subject } from '../outbox/record';

/** Refusal caused by what was typed: the field it belongs to, and the sentence for it. */
export type BadInput<F extends string> = { field: F; words: string };

type Options<F extends string> = {
  subject: Subject;
  outbox: Pick<Outbox, 'records' | 'refused' | 'watch' | 'discard'>;
  /** The field that a refusal is about; null when it is not about what was typed. */
  badInput(reason: Refusal, parts: Parts): BadInput<F> | null;
  /** Called whenever what is kept of the subject may look different, before `onreturned`. */
  onchanged?(): void;
  /** Called with what the server could not take: it goes back into its field, to be mended (UX-4). */
  onreturned(bad: BadInput<F>, parts: Parts): void;
};

/**
 * Edits of one subject in the outbox, as the form that edits it sees them: what the record does not show yet, and
 * what was refused, told apart by whether its place is a field of the form.
 */
export class FieldEdits<F extends string> {
  readonly #options: Options<F>;
  readonly #unwatch: () => void;

  constructor(options: Options<F>) {
    this.#options = options;
    this.#unwatch = options.outbox.watch((before, after) => this.#follow(before, after));
  }

  /** Own values by key that the record does not show yet. */
  readonly overlay: ReadonlyMap<string, Shown> = $derived.by(() =>
    overlayOf(this.#options.outbox.records, this.#options.subject)
  );

  /** The keys that are kept or on their way. */
  readonly pending: readonly string[] = $derived.by(() =>
    [...this.overlay].filter(([, { stage }]) => stage !== 'landed').map(([key]) => key)
  );

  /** Refused edits, newest first, except those that are told at their field. */
  readonly refused: readonly OutboxRecord[] = $derived.by(() =>
    this.#refused().filter((record) => this.#badInput(record) === null)
  );

  /** A value that the record does not show yet; undefined without one. */
  value(key: string): PartValue | undefined {
    return this.overlay.get(key)?.part.value;
  }

  /** Server's words on what was typed into a field; null when there are none. */
  words(field: F): string | null {
    for (const record of this.#refused()) {
      const bad = this.#badInput(record);
      if (bad?.field === field) return bad.words;
    }
    return null;
  }

  /** Lets go of what was refused for what was typed into these fields: something else is there now. */
  forget(fields: readonly F[]): void {
    for (const record of this.#refused()) {
      const bad = this.#badInput(record);
      if (bad && fields.includes(bad.field)) this.#options.outbox.discard(record.n);
    }
  }

  /** Takes up what was refused before this form was there. */
  takeUp(): void {
    this.#follow([], this.#options.outbox.records);
  }

  destroy(): void {
    this.#unwatch();
  }

  #refused(): readonly OutboxRecord[] {
    return this.#options.outbox.refused.filter(({ subject }) => subject === this.#options.subject);
  }

  #badInput({ change, stage }: OutboxRecord): BadInput<F> | null {
    if (stage.is !== 'refused' || change.kind !== 'edit') return null;
    return this.#options.badInput(stage.reason, change.parts);
  }

  #follow(before: Records, after: Records): void {
    const { subject, onchanged, onreturned } = this.#options;
    const isOwn = (record: OutboxRecord) => record.subject === subject;
    if (!before.some(isOwn) && !after.some(isOwn)) return;
    onchanged?.();
    for (const record of newlyRefused(before, after).filter(isOwn)) {
      const bad = this.#badInput(record);
      if (bad && record.change.kind === 'edit') onreturned(bad, record.change.parts);
    }
  }
}

/** Records that were refused between two looks at the outbox. */
export function newlyRefused(before: Records, after: Records): OutboxRecord[] {
  const known = new Set(before.filter(({ stage }) => stage.is === 'refused').map(({ n }) => n));
  return after.filter(({ n, stage }) => stage.is === 'refused' && !known.has(n));
}

/** The oldest version that any part was typed over. */
export function oldestSeen(parts: Parts): number {
  return Math.min(...Object.values(parts).map(({ seen }) => seen));
}

import type { Refusal } from '$lib/core/access/refusal';
import type { WholeCommandName } from '$lib/core/commands';
import type { CommandAnswer } from './command-answer';
import type { OptimisticRecords } from './optimistic-records.svelte';
import { isPending, type OutboxRecord, type Part, type Records, type Step, type Subject } from './record';
import { progressOf, type Settlement } from './settlement';
import { amendable, changeOfPart, type FieldChange } from './steps/edits';

/**
 * Outcome of a command, as far as its author could be told while they waited. `answer`: null when another tab got
 * it.
 */
export type CommandOutcome<N extends WholeCommandName = WholeCommandName> =
  | { state: 'done'; answer: CommandAnswer<N> | null }
  | { state: 'refused'; refusal: Refusal }
  | { state: 'kept' };

/**
 * Outcome of an edit: landed whole, refused in part (see `refused`), kept for later, or given up: nothing of it is
 * left.
 */
export type EditOutcome = 'landed' | 'refused' | 'kept' | 'given-up';

export type OutcomePorts = {
  records: OptimisticRecords;
  settlement: Settlement;
  add(step: Step): Promise<void>;
  edit(subject: Subject, label: string, changes: readonly FieldChange[]): void;
  withdraw(subject: Subject, keys: ReadonlySet<string>): void;
  discard(n: number): void;
};

/** Adds what an author waits for, and says how it ended. */
export class Outcomes {
  readonly #ports: OutcomePorts;
  /** Answers to commands that somebody waits for in this page. */
  readonly #answers = new Map<string, CommandAnswer<WholeCommandName> | null>();

  constructor(ports: OutcomePorts) {
    this.#ports = ports;
  }

  /** The server answered to an operation. Only commands are waited for so: the router says what it answers to them. */
  answered(op: string, answer: unknown): void {
    if (this.#answers.has(op)) this.#answers.set(op, answer as CommandAnswer<WholeCommandName>);
  }

  /** Adds a command by its step, and waits a moment for how it ends. */
  async ofCommand(op: string, step: Step): Promise<CommandOutcome> {
    const { records, settlement, add, discard } = this.#ports;
    this.#answers.set(op, null);
    try {
      await add(step);
      const find = (all: Records) => all.find((record) => record.op === op);
      const end = await settlement.whenSettled((all) => progressOf(find(all)));
      const record = find(records.shown);
      const answer = this.#answers.get(op) ?? null;
      if (record && (end === 'held' || record.stage.is === 'refused')) {
        const { stage } = record;
        // Another tab got the answer, which says what was left out: the reason stays for its author to find.
        if (stage.is === 'refused' && stage.partly && answer === null) return { state: 'done', answer };
        discard(record.n);
        // The answer says what was left out.
        if (answer !== null) return { state: 'done', answer };
        return {
          state: 'refused',
          refusal: stage.is === 'refused' ? stage.reason : { code: 'auth/reauthenticate' }
        };
      }
      if (end !== 'pending') return { state: 'done', answer };
      void settlement.askLater(
        (all) => progressOf(find(all)),
        () => {
          const left = find(records.shown);
          if (left) discard(left.n);
        }
      );
      return { state: 'kept' };
    } finally {
      this.#answers.delete(op);
    }
  }

  /**
   * Adds an edit of values, and waits for how it ends, for as long as the server is being asked: its author must get
   * back what they typed if it needs a password that they do not give.
   */
  async ofEdit(subject: Subject, label: string, changes: readonly FieldChange[]): Promise<EditOutcome> {
    const { records, settlement, edit } = this.#ports;
    const before = amendable(records.shown, subject);
    edit(subject, label, changes);
    const keys = new Set(changes.map(({ key }) => key));
    const isAbout = (record: OutboxRecord) =>
      record.subject === subject &&
      record.change.kind === 'edit' &&
      Object.keys(record.change.parts).some((key) => keys.has(key));
    const look = (all: Records) => progressOf(all.find((record) => isAbout(record) && isPending(record)));
    const giveUp = () => this.#giveUp(subject, label, keys, before);
    const end = await settlement.whenAnswered(look);
    if (end === 'held') {
      giveUp();
      // Its author takes up again what they typed, and must not find it still covered by what was just taken back.
      await records.written();
      return 'given-up';
    }
    if (end === 'pending') {
      void settlement.askLater(look, giveUp);
      return 'kept';
    }
    const isRefused = records.shown.some((record) => record.stage.is === 'refused' && isAbout(record));
    return isRefused ? 'refused' : 'landed';
  }

  /**
   * Asks again for something of a refused record. It was in the tray before: without the password it stays there,
   * waiting.
   */
  addAnew(n: number, step: Step): void {
    const { records, settlement, add } = this.#ports;
    const subject = records.shown.find((record) => record.n === n)?.subject;
    void add(step);
    void settlement.askLater(
      (all) => progressOf(all.find((record) => record.subject === subject && isPending(record))),
      () => undefined
    );
  }

  /** Takes back what its author would not give their password for: what had waited there before waits again. */
  #giveUp(
    subject: Subject,
    label: string,
    keys: ReadonlySet<string>,
    before: ReadonlyMap<string, Part>
  ): void {
    const changes = [...before].filter(([key]) => keys.has(key)).map(changeOfPart);
    this.#ports.withdraw(subject, keys);
    this.#ports.edit(subject, label, changes);
  }
}

import type { WholeCommandName } from '$lib/core/commands';
import { OptimisticRecords } from './optimistic-records.svelte';
import { Outcomes, type CommandOutcome, type EditOutcome } from './outcomes';
import {
  isPending,
  sizeOf,
  type WholeCommand,
  type Forwarding,
  type OutboxRecord,
  type Records,
  type Step,
  type Subject
} from './record';
import { checkParts } from './requests';
import { isStuck, Sender, type SenderState } from './sender';
import { Settlement } from './settlement';
import { addCommand } from './steps/commands';
import { addEdit, withdraw, type FieldChange } from './steps/edits';
import { beginForwarding, endForwarding, forwarded, putBack, type Returned } from './steps/forwarding';
import { acknowledge, forgetCommitted, isShownAt } from './steps/landing';
import { inOrder } from './steps/record-list';
import { askAgain, discardOf, yieldPart } from './steps/refused';
import { awaitsPassword, release } from './steps/sending';
import type { OutboxPorts } from './outbox-ports';

/** Time after which a landed change is not waited for any more, in milliseconds. */
const COMMITTED_KEPT_MS = 24 * 3600_000;

/**
 * Every change that its author made on this device and that is not settled: the one way from the pages to the
 * server for what may wait for a connection. What is shown is what is stored and, over it, what is being written at
 * this moment.
 */
export class Outbox {
  #sending = $state<SenderState>('idle');

  readonly #ports: OutboxPorts;
  readonly #records: OptimisticRecords;
  readonly #sender: Sender;
  readonly #settlement: Settlement;
  readonly #outcomes: Outcomes;
  #closed = false;

  constructor(ports: OutboxPorts) {
    this.#ports = ports;
    const records = new OptimisticRecords({ ...ports, onheard: () => this.#sender.wake() });
    this.#records = records;
    this.#settlement = new Settlement({
      records,
      clock: ports.clock,
      askPassword: () => ports.askPassword(),
      release: () => this.release(),
      sending: () => this.#sending,
      isClosed: () => this.#closed
    });
    this.#outcomes = new Outcomes({
      records,
      settlement: this.#settlement,
      add: (step) => this.#add(step),
      edit: (subject, label, changes) => this.edit(subject, label, changes),
      withdraw: (subject, keys) => this.withdraw(subject, keys),
      discard: (n) => this.discard(n)
    });
    this.#sender = new Sender({
      ...ports,
      onrecords: (stored) => records.take(stored),
      onanswer: (op, answer) => this.#outcomes.answered(op, answer),
      onstate: (state) => this.#become(state)
    });
    // What an earlier visit left goes on.
    this.#add(forgetCommitted(ports.clock.now() - COMMITTED_KEPT_MS)).catch(() => undefined);
  }

  /** True once the contents of the device are known, or cannot be read: see `unread`. */
  get loaded(): boolean {
    return this.#records.loaded;
  }

  /** Shown at once, also before it is on the device. */
  get records(): Records {
    return this.#records.shown;
  }

  /** Changes that are not committed. */
  readonly pending: readonly OutboxRecord[] = $derived(this.records.filter(isPending));

  /** Number of single edits that are pending: a gesture over ten boxes counts ten. */
  readonly pendingCount: number = $derived(this.pending.reduce((sum, record) => sum + sizeOf(record), 0));

  /** Changes that did not land, newest first. */
  readonly refused: readonly OutboxRecord[] = $derived(
    this.records.filter(({ stage }) => stage.is === 'refused').reverse()
  );

  /** Changes that wait for their author's password. */
  readonly awaitingPassword: readonly OutboxRecord[] = $derived(this.records.filter(awaitsPassword));

  /** Nothing of it would be missed; false while that is not known. */
  get isEmpty(): boolean {
    return this.loaded && !this.unread && !this.unopened && this.pending.length + this.refused.length === 0;
  }

  /** Something may be on the device that cannot be read at this moment: it is neither shown nor sent. */
  get unread(): boolean {
    return this.#records.unread;
  }

  set unread(unread: boolean) {
    // What is found is shown, and sent.
    if (this.unread && !unread) void this.#add((records) => records);
    this.#records.unread = unread;
  }

  /** Some of what is on the device is sealed with a key that is not known here: it may never be shown or sent. */
  get unopened(): boolean {
    return this.#records.unopened;
  }

  set unopened(unopened: boolean) {
    if (this.unopened && !unopened) void this.#add((records) => records);
    this.#records.unopened = unopened;
  }

  /** Looks again for what could not be opened: newer keys may be known now. */
  lookAgain(): void {
    if (this.unopened) void this.#records.look();
  }

  /** Something is pending, and nothing can be said about when it gets through. */
  get waiting(): boolean {
    return isStuck(this.#sending, this.pending, this.#ports.mayTry);
  }

  /** The device has no room: changes live as long as this page does. */
  get volatile(): boolean {
    return this.#records.volatile;
  }

  /**
   * True if a page that is closed now loses nothing: what waits is on the device as it is shown, also what was just
   * taken back.
   */
  get isKept(): boolean {
    return this.#records.isKept;
  }

  /** Notes what the store says about its room. */
  set volatile(spilled: boolean) {
    this.#records.volatile = spilled;
  }

  /** Calls back with what was shown before and what is shown now. The result ends it. */
  watch(call: (before: Records, after: Records) => void): () => void {
    return this.#records.watch(call);
  }

  /** Adds an edit of values. */
  edit(subject: Subject, label: string, changes: readonly FieldChange[]): void {
    if (changes.length === 0) return;
    checkParts(subject, changes);
    const at = this.#ports.clock.now();
    void this.#add(addEdit({ subject, label, at, changes, op: this.#ops() }));
  }

  /**
   * Adds a command, and waits a moment for how it ends. `kept`: it is on the device, and gets through later. A
   * refusal that its author hears of here needs no other place; nor does a command whose password they would not
   * give.
   */
  run<N extends WholeCommandName>(
    command: WholeCommand<N> & { subject: Subject; label: string }
  ): Promise<CommandOutcome<N>>;
  run(command: WholeCommand & { subject: Subject; label: string }): Promise<CommandOutcome> {
    const op = this.#ports.newOp();
    return this.#outcomes.ofCommand(op, addCommand({ ...command, at: this.#ports.clock.now(), op }));
  }

  /**
   * Adds what somebody else asked for as a command of one's own (LIV-8) and, behind it, the word that it has
   * landed, which the server takes only if it has: both are kept, sent in order and happen once, whatever becomes
   * of this page.
   */
  apply<N extends WholeCommandName>(
    command: WholeCommand<N> & { subject: Subject; label: string },
    handover: string
  ): Promise<CommandOutcome<N>>;
  apply(
    command: WholeCommand & { subject: Subject; label: string },
    handover: string
  ): Promise<CommandOutcome> {
    const { subject, label } = command;
    const [op, word] = [this.#ports.newOp(), this.#ports.newOp()];
    const at = this.#ports.clock.now();
    const first = addCommand({ ...command, at, op });
    const input = { id: handover, applied: op };
    const then = addCommand({ procedure: 'handovers.settle', input, subject, label, at, op: word });
    return this.#outcomes.ofCommand(op, inOrder([first, then]));
  }

  /** Adds commands, each with its own operation id, without waiting for them. */
  runAll(commands: readonly (WholeCommand & { subject: Subject; label: string; op: string })[]): void {
    const at = this.#ports.clock.now();
    void this.#add(inOrder(commands.map((command) => addCommand({ ...command, at }))));
  }

  /** Adds edits of some subjects at once. */
  edits(edits: readonly { subject: Subject; label: string; changes: readonly FieldChange[] }[]): void {
    for (const { subject, changes } of edits) checkParts(subject, changes);
    const at = this.#ports.clock.now();
    void this.#add(inOrder(edits.map((edit) => addEdit({ ...edit, at, op: this.#ops() }))));
  }

  /** Adds an edit of values, and waits for how it ends: until it is answered, or has to wait for a connection. */
  save(subject: Subject, label: string, changes: readonly FieldChange[]): Promise<EditOutcome> {
    return this.#outcomes.ofEdit(subject, label, changes);
  }

  /** Takes back parts that were not sent. */
  withdraw(subject: Subject, keys: ReadonlySet<string>): void {
    void this.#add(withdraw(subject, keys));
  }

  /** Takes one record away permanently: a refused one, or one that still waits. */
  discard(n: number): void {
    // By what does not move: one that is not stored yet gets another number there.
    const op = this.records.find((record) => record.n === n)?.op;
    if (op !== undefined) void this.#add(discardOf(op));
  }

  /** Asks again, knowingly, for what was refused. */
  askAgain(n: number): void {
    this.#outcomes.addAnew(n, askAgain({ n, at: this.#ports.clock.now(), op: this.#ops() }));
  }

  /** Gives one part of what was refused up for what is in force, and asks again for the rest of it. */
  yieldPart(n: number, key: string): void {
    this.#outcomes.addAnew(n, yieldPart({ n, key, at: this.#ports.clock.now(), op: this.#ops() }));
  }

  /** Fixes to whom a refused change is handed; resolves when that is on the device. */
  async beginForwarding(n: number, to: Forwarding['to'], note: string): Promise<void> {
    await this.#records.write(beginForwarding(n, { op: this.#ports.newOp(), to, note }));
  }

  /** The server answered to the hand-over with this operation id. */
  endForwarding(op: string, taken: boolean): void {
    void this.#records.write(taken ? forwarded(op) : endForwarding(op));
  }

  /** Returns a change that was handed on to its author's tray. */
  putBack(returned: Omit<Returned, 'op'> & { op?: string }): void {
    void this.#records.write(putBack({ op: this.#ports.newOp(), ...returned }));
  }

  /** The password was proved: what was held goes on. */
  async release(): Promise<void> {
    await this.#add(release(this.#ops()));
  }

  /** The device's copy of a subject holds this version. */
  acknowledge(subject: Subject, seq: number): void {
    if (this.records.some(isShownAt(subject, seq))) void this.#records.write(acknowledge(subject, seq));
  }

  /** The connection is back, or may be. */
  retryNow(): void {
    this.#sender.retryNow();
  }

  /** Resolves when everything that was added is on the device, or cannot be. */
  async written(): Promise<void> {
    await this.#records.written();
  }

  /** Lets go of the store. What is kept stays for the next session of the same person. */
  close(): void {
    this.#closed = true;
    this.#sender.stop();
    this.#records.close();
  }

  /** Writes a change after which something may be sent: also what waited behind one that is gone. */
  async #add(step: Step): Promise<void> {
    await this.#records.write(step);
    this.#sender.wake();
  }

  #become(state: SenderState): void {
    this.#sending = state;
    if (state !== 'waiting') return;
    this.#settlement.interrupted();
    this.#ports.onwaiting?.();
  }

  /** Ids for one step, the same at each of its runs. */
  #ops(): (index: number) => string {
    const ops: string[] = [];
    return (index) => (ops[index] ??= this.#ports.newOp());
  }
}

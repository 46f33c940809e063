import type { Refusal } from '$lib/core/access/refusal';
import type { DeedName } from '$lib/core/commands';
import type { CommandAnswer } from './command-answer';
import {
  isPending,
  type Deed,
  type Handing,
  type OutboxRecord,
  type Part,
  type Records,
  type Stage,
  type Step,
  type Subject
} from './record';
import { checkParts } from './requests';
import { Sender, type Clock, type SenderState } from './sender';
import { addDeed } from './steps/commands';
import { addEdit, amendable, withdraw, type FieldChange } from './steps/edits';
import { beginHanding, endHanding, handedOn, putBack, type Returned } from './steps/handing-over';
import { forgetLanded, settle } from './steps/landing';
import { askAgain, discard, yieldPart } from './steps/refused';
import { release } from './steps/sending';
import { StoreGone, type OutboxStore } from './store';
import type { Transport } from './transport';

/** Tells the other tabs of this person, and the service worker, that something changed. */
export type Channel = { tell(): void; onheard(call: () => void): () => void };

export type OutboxPorts = {
  store: OutboxStore;
  send: Transport;
  alone(work: () => Promise<void>): Promise<void>;
  channel: Channel;
  clock: Clock;
  random(): number;
  newOp(): string;
  mayTry(): boolean;
  /** Asks for the password that the server wants first; false when it was not given. */
  askPassword(): Promise<boolean>;
  /** Something waits for a connection: whoever can send when this page is gone should know. */
  onwaiting?(): void;
};

/** What of a subject is not in the device's copy yet: the newest own value of a part, and where it stands. */
export type Shown = { part: Part; stage: Stage['is'] };

/** How a deed ended, as far as its author could be told while they waited. `answer`: null when another tab got it. */
export type DeedOutcome<N extends DeedName = DeedName> =
  | { state: 'done'; answer: CommandAnswer<N> | null }
  | { state: 'refused'; refusal: Refusal }
  | { state: 'kept' };

/** How an edit ended: landed whole, refused in part (see `refused`), kept for later, or given up: nothing of it is left. */
export type EditOutcome = 'landed' | 'refused' | 'kept' | 'given-up';

/** What landed longer ago is not waited for any more. */
const LANDED_KEPT_MS = 24 * 3600_000;
/** Longer nobody waits at a button. */
const OUTCOME_WAIT_MS = 4_000;
/** How often a device without room is asked whether it has some. */
const ROOM_RETRY_MS = 10_000;

/**
 * Every change that its author made on this device and that is not settled: the one way from the pages to the server for
 * what may wait for a connection. What is shown is what is stored and, over it, what is being written at this moment.
 */
export class Outbox {
  /** Shown at once, also before it is on the device. */
  records = $state.raw<Records>([]);
  /** Whether what the device holds is known. */
  loaded = $state(false);
  #volatile = $state(false);
  #sending = $state<SenderState>('idle');

  /** How often what was to be sent had to wait for a connection. */
  #interruptions = 0;

  readonly #ports: OutboxPorts;
  readonly #sender: Sender;
  readonly #listeners = new Set<(before: Records, after: Records) => void>();
  #stored: Records = [];
  #unwritten: readonly Step[] = [];
  #writing: Promise<unknown> = Promise.resolve();
  #closed = false;
  /** Answers to deeds that somebody waits for in this page. */
  readonly #answers = new Map<string, CommandAnswer<DeedName> | null>();
  readonly #stop: () => void;

  constructor(ports: OutboxPorts) {
    this.#ports = ports;
    this.#sender = new Sender({
      ...ports,
      onrecords: (records) => this.#changed(records),
      // Only deeds are waited for so: the router says what it answers to them.
      onanswer: (op, answer) =>
        this.#answers.has(op) && this.#answers.set(op, answer as CommandAnswer<DeedName>),
      onstate: (state) => {
        this.#sending = state;
        if (state !== 'waiting') return;
        this.#interruptions++;
        ports.onwaiting?.();
      }
    });
    this.#stop = ports.channel.onheard(() => void this.#reload());
    // What an earlier visit left goes on.
    void this.#add(forgetLanded(ports.clock.now() - LANDED_KEPT_MS)).then(() => (this.loaded = true));
  }

  /** Changes that are not committed. */
  readonly pending: readonly OutboxRecord[] = $derived(this.records.filter(isPending));

  /** How many single edits that is: a gesture over ten boxes counts ten. */
  readonly pendingCount: number = $derived(this.pending.reduce((sum, record) => sum + sizeOf(record), 0));

  /** What did not land, newest first. */
  readonly refused: readonly OutboxRecord[] = $derived(
    this.records.filter(({ stage }) => stage.is === 'refused').reverse()
  );

  /** What waits for its author's password. */
  readonly held: readonly OutboxRecord[] = $derived(this.records.filter(({ stage }) => stage.is === 'held'));

  /** Nothing of it would be missed. */
  get isEmpty(): boolean {
    return this.pending.length + this.refused.length === 0;
  }

  /** Something is pending, and nothing can be said about when it gets through. */
  get waiting(): boolean {
    return this.pending.length > 0 && this.#sending !== 'sending' && this.#sending !== 'idle';
  }

  /** The device has no room: changes live as long as this page does. */
  get volatile(): boolean {
    return this.#volatile;
  }

  /** What the store says about its room; until there is some again, it is looked for by itself. */
  set volatile(spilled: boolean) {
    if (spilled === this.#volatile) return;
    this.#volatile = spilled;
    if (spilled) this.#lookForRoom();
  }

  /** Calls back with what was shown before and what is shown now. The result ends it. */
  watch(call: (before: Records, after: Records) => void): () => void {
    this.#listeners.add(call);
    return () => this.#listeners.delete(call);
  }

  /** Adds an edit of values. */
  edit(subject: Subject, label: string, changes: readonly FieldChange[]): void {
    if (changes.length === 0) return;
    checkParts(subject, changes);
    const at = this.#ports.clock.now();
    void this.#add(addEdit({ subject, label, at, changes, op: this.#ops() }));
  }

  /**
   * Adds a deed, and waits a moment for how it ends. `kept`: it is on the device, and gets through later. A refusal that its
   * author hears of here needs no other place; nor does a deed whose password they would not give.
   */
  deed<N extends DeedName>(deed: Deed<N> & { subject: Subject; label: string }): Promise<DeedOutcome<N>>;
  deed(deed: Deed & { subject: Subject; label: string }): Promise<DeedOutcome> {
    const op = this.#ports.newOp();
    return this.#outcomeOf(op, addDeed({ ...deed, at: this.#ports.clock.now(), op }));
  }

  /**
   * Adds what somebody else asked for as a deed of one's own (LIV-8) and, behind it, the word that it has landed, which the server
   * takes only if it has: both are kept, sent in order and happen once, whatever becomes of this page.
   */
  apply<N extends DeedName>(
    deed: Deed<N> & { subject: Subject; label: string },
    handover: string
  ): Promise<DeedOutcome<N>>;
  apply(deed: Deed & { subject: Subject; label: string }, handover: string): Promise<DeedOutcome> {
    const { subject, label } = deed;
    const [op, word] = [this.#ports.newOp(), this.#ports.newOp()];
    const at = this.#ports.clock.now();
    const first = addDeed({ ...deed, at, op });
    const input = { id: handover, applied: op };
    const then = addDeed({ procedure: 'handovers.settle', input, subject, label, at, op: word });
    return this.#outcomeOf(op, inOrder([first, then]));
  }

  async #outcomeOf(op: string, step: Step): Promise<DeedOutcome> {
    this.#answers.set(op, null);
    try {
      await this.#add(step);
      const find = (records: Records) => records.find((record) => record.op === op);
      const end = await this.#whenSettled((records) => standingOf(find(records)));
      const record = find(this.records);
      const answer = this.#answers.get(op) ?? null;
      if (record && (end === 'held' || record.stage.is === 'refused')) {
        const { stage } = record;
        // Another tab got the answer, which says what was left out: the reason stays for its author to find.
        if (stage.is === 'refused' && stage.partly && answer === null) return { state: 'done', answer };
        this.discard(record.n);
        // The answer says what was left out.
        if (answer !== null) return { state: 'done', answer };
        return {
          state: 'refused',
          refusal: stage.is === 'refused' ? stage.reason : { code: 'auth/reauthenticate' }
        };
      }
      if (end !== 'pending') return { state: 'done', answer };
      void this.#askLater(
        (records) => standingOf(find(records)),
        () => {
          const left = find(this.records);
          if (left) this.discard(left.n);
        }
      );
      return { state: 'kept' };
    } finally {
      this.#answers.delete(op);
    }
  }

  /** Adds deeds, each with its own operation id, without waiting for them. */
  deeds(deeds: readonly (Deed & { subject: Subject; label: string; op: string })[]): void {
    const at = this.#ports.clock.now();
    void this.#add(inOrder(deeds.map((deed) => addDeed({ ...deed, at }))));
  }

  /** Adds edits of some subjects at once. */
  edits(edits: readonly { subject: Subject; label: string; changes: readonly FieldChange[] }[]): void {
    for (const { subject, changes } of edits) checkParts(subject, changes);
    const at = this.#ports.clock.now();
    void this.#add(inOrder(edits.map((edit) => addEdit({ ...edit, at, op: this.#ops() }))));
  }

  /** Adds an edit of values, and waits a moment for how it ends. */
  async save(subject: Subject, label: string, changes: readonly FieldChange[]): Promise<EditOutcome> {
    const before = amendable(this.records, subject);
    this.edit(subject, label, changes);
    const keys = new Set(changes.map(({ key }) => key));
    const isAbout = (record: OutboxRecord) =>
      record.subject === subject &&
      record.change.kind === 'edit' &&
      Object.keys(record.change.parts).some((key) => keys.has(key));
    const look = (records: Records) =>
      standingOf(records.find((record) => isAbout(record) && isPending(record)));
    const giveUp = () => this.#giveUp(subject, label, keys, before);
    const end = await this.#whenSettled(look);
    if (end === 'held') {
      giveUp();
      return 'given-up';
    }
    if (end === 'pending') {
      void this.#askLater(look, giveUp);
      return 'kept';
    }
    return this.refused.some(isAbout) ? 'refused' : 'landed';
  }

  /** Takes back what its author would not give their password for: what had waited there before waits again. */
  #giveUp(
    subject: Subject,
    label: string,
    keys: ReadonlySet<string>,
    before: ReadonlyMap<string, Part>
  ): void {
    const changes = [...before]
      .filter(([key]) => keys.has(key))
      .map(([key, { value, from, seen }]): FieldChange => ({ key, value, committed: from, seen }));
    this.withdraw(subject, keys);
    this.edit(subject, label, changes);
  }

  /** Takes back parts that were not sent. */
  withdraw(subject: Subject, keys: ReadonlySet<string>): void {
    void this.#write(withdraw(subject, keys));
  }

  /** Takes one record away permanently: a refused one, or one that still waits. */
  discard(n: number): void {
    void this.#write(discard(n));
  }

  /** Asks again, knowingly, for what was refused. */
  askAgain(n: number): void {
    this.#addAnew(n, askAgain({ n, at: this.#ports.clock.now(), op: this.#ops() }));
  }

  /** Gives one part of what was refused up for what is in force, and asks again for the rest of it. */
  yieldPart(n: number, key: string): void {
    this.#addAnew(n, yieldPart({ n, key, at: this.#ports.clock.now(), op: this.#ops() }));
  }

  /** Asks again for something of a refused record. It was in the tray before: without the password it stays there, waiting. */
  #addAnew(n: number, step: Step): void {
    const subject = this.records.find((record) => record.n === n)?.subject;
    void this.#add(step);
    void this.#askLater(
      (records) => standingOf(records.find((record) => record.subject === subject && isPending(record))),
      () => undefined
    );
  }

  /** Fixes to whom a refused change is handed; resolves when that is on the device. */
  async beginHanding(n: number, to: Handing['to'], note: string): Promise<void> {
    await this.#write(beginHanding(n, { op: this.#ports.newOp(), to, note }));
  }

  /** The server answered to the hand-over with this operation id. */
  endHanding(op: string, taken: boolean): void {
    void this.#write(taken ? handedOn(op) : endHanding(op));
  }

  /** What was handed on comes back to its author's tray. */
  putBack(returned: Omit<Returned, 'op'> & { op?: string }): void {
    void this.#write(putBack({ op: this.#ports.newOp(), ...returned }));
  }

  /** The password was proved: what was held goes on. */
  async release(): Promise<void> {
    await this.#write(release(this.#ops()));
    this.#sender.wake();
  }

  /** The device's copy of a subject holds this version. */
  settle(subject: Subject, seq: number): void {
    const covers = ({ subject: of, stage }: OutboxRecord) =>
      of === subject && stage.is === 'landed' && stage.seq <= seq;
    if (this.records.some(covers)) void this.#write(settle(subject, seq));
  }

  /** The connection is back, or may be. */
  retryNow(): void {
    this.#sender.retryNow();
  }

  /** Resolves when everything that was added is on the device, or cannot be. */
  async written(): Promise<void> {
    await this.#writing;
  }

  /** Lets go of the store. What is kept stays for the next session of the same person. */
  close(): void {
    this.#closed = true;
    this.#stop();
    this.#sender.stop();
    this.#ports.store.close();
  }

  async #add(step: Step): Promise<void> {
    await this.#write(step);
    this.#sender.wake();
  }

  /** Shows a step at once and writes it after those before it. */
  #write(step: Step): Promise<void> {
    this.#unwritten = [...this.#unwritten, step];
    this.#show();
    const run = this.#writing.then(() => this.#store(step));
    this.#writing = run;
    return run;
  }

  async #store(step: Step): Promise<void> {
    try {
      this.#stored = await this.#ports.store.update(step);
    } catch (error) {
      // Signing out took the outbox away; nothing of it is shown any more.
      if (!(error instanceof StoreGone)) throw error;
      this.#stored = [];
    } finally {
      this.#unwritten = this.#unwritten.filter((each) => each !== step);
      this.#show();
    }
    this.#ports.channel.tell();
  }

  /** The sender changed what is kept. */
  #changed(records: Records): void {
    this.#stored = records;
    this.#show();
    this.#ports.channel.tell();
  }

  async #reload(): Promise<void> {
    try {
      const records = await this.#ports.store.read();
      if (this.#closed) return;
      this.#stored = records;
      this.#show();
      this.#sender.wake();
    } catch (error) {
      if (!(error instanceof StoreGone)) throw error;
    }
  }

  #show(): void {
    const before = this.records;
    const after = this.#unwritten.reduce<Records>((records, step) => step(records), this.#stored);
    if (before === after) return;
    this.records = after;
    for (const call of this.#listeners) call(before, after);
  }

  #lookForRoom(): void {
    this.#ports.clock.after(ROOM_RETRY_MS, async () => {
      if (this.#closed || !this.#volatile) return;
      await this.#write((records) => records);
      if (this.#volatile) this.#lookForRoom();
    });
  }

  /** Ids for one step, the same at each of its runs. */
  #ops(): (index: number) => string {
    const ops: string[] = [];
    return (index) => (ops[index] ??= this.#ports.newOp());
  }

  /** Waits until a change is settled: for a moment at most, and longer while its author is asked for the password. */
  async #whenSettled(look: (records: Records) => Standing): Promise<Standing> {
    for (;;) {
      const standing = await this.#wait(look);
      if (standing !== 'held' || !(await this.#ports.askPassword())) return standing;
      await this.release();
    }
  }

  /**
   * Asks for the password that a change turns out to need when nobody waits for it any more. A change that has to wait for a
   * connection asks for nothing by itself: it says that it needs the password, and its author gives it when they like.
   */
  async #askLater(look: (records: Records) => Standing, giveUp: () => void): Promise<void> {
    if (this.#sending === 'waiting') return;
    const interruptions = this.#interruptions;
    let standing: Standing;
    do standing = await this.#wait(look);
    while (standing === 'pending' && this.#sending === 'sending' && !this.#closed);
    if (standing !== 'held' || this.#closed || interruptions !== this.#interruptions) return;
    if (await this.#ports.askPassword()) await this.release();
    else giveUp();
  }

  #wait(look: (records: Records) => Standing): Promise<Standing> {
    return new Promise((resolve) => {
      let done = false;
      const end = (standing: Standing) => {
        if (done) return;
        done = true;
        stop();
        cancel();
        resolve(standing);
      };
      const check = (records: Records) => {
        const standing = look(records);
        if (standing !== 'pending') end(standing);
      };
      const stop = this.watch((_before, records) => check(records));
      const cancel = this.#ports.clock.after(OUTCOME_WAIT_MS, () => end(look(this.records)));
      check(this.records);
    });
  }
}

/** Some steps as one, which is stored and shown at once. */
function inOrder(steps: readonly Step[]): Step {
  return (records) => steps.reduce<Records>((done, step) => step(done), records);
}

/** How a change stands for somebody who waits for it. */
type Standing = 'pending' | 'held' | 'settled';

function standingOf(record: OutboxRecord | undefined): Standing {
  if (!record || !isPending(record)) return 'settled';
  return record.stage.is === 'held' ? 'held' : 'pending';
}

/** The newest own value of each part of a subject that the device's copy does not show yet. */
export function overlayOf(records: Records, subject: Subject): Map<string, Shown> {
  const shown = new Map<string, Shown>();
  for (const record of records) {
    const { change, stage } = record;
    if (record.subject !== subject || change.kind !== 'edit' || stage.is === 'refused') continue;
    for (const [key, part] of Object.entries(change.parts)) shown.set(key, { part, stage: stage.is });
  }
  return shown;
}

/** How many single edits a change is. */
export function sizeOf({ change }: OutboxRecord): number {
  if (change.kind === 'edit') return Object.keys(change.parts).length;
  // The word that something has landed is no change.
  return change.procedure === 'handovers.settle' ? 0 : 1;
}

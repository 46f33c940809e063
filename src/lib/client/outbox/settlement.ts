import type { OptimisticRecords } from './optimistic-records.svelte';
import { isPending, type OutboxRecord, type Records } from './record';
import type { Clock, SenderState } from './sender';

/** State of a change for somebody who waits for it. */
export type Progress = 'pending' | 'held' | 'settled';

/** Progress of a record; one that is gone is settled. */
export function progressOf(record: OutboxRecord | undefined): Progress {
  if (!record || !isPending(record)) return 'settled';
  return record.stage.is === 'held' ? 'held' : 'pending';
}

export type SettlementPorts = {
  records: OptimisticRecords;
  clock: Clock;
  /** Asks for the password that the server wants first; false when it was not given. */
  askPassword(): Promise<boolean>;
  /** The password was proved: what was held goes on. */
  release(): Promise<void>;
  sending(): SenderState;
  isClosed(): boolean;
};

/** Longer nobody waits at a button. */
const OUTCOME_WAIT_MS = 4_000;

/** Waits until changes are settled, and asks for the password that they turn out to need. */
export class Settlement {
  readonly #ports: SettlementPorts;
  /** Times that what was to be sent had to wait for a connection. */
  #interruptions = 0;

  constructor(ports: SettlementPorts) {
    this.#ports = ports;
  }

  /** Notes that what is to be sent has to wait for a connection. */
  interrupted(): void {
    this.#interruptions++;
  }

  /** Waits until a change is settled: for a moment at most, and longer while its author is asked for the password. */
  whenSettled(look: (records: Records) => Progress): Promise<Progress> {
    return this.#askAsNeeded(() => this.#wait(look));
  }

  /**
   * Waits as `whenSettled` does, and for the answer to what was sent, however long it takes: nothing is said to be
   * kept that may still turn out to need a password.
   */
  whenAnswered(look: (records: Records) => Progress): Promise<Progress> {
    return this.#askAsNeeded(() => this.#waitForAnswer(look));
  }

  /**
   * Asks for the password that a change turns out to need when nobody waits for it any more. A change that has to
   * wait for a connection asks for nothing by itself: it says that it needs the password, and its author gives it
   * when they like.
   */
  async askLater(look: (records: Records) => Progress, giveUp: () => void): Promise<void> {
    const { sending, isClosed, askPassword, release } = this.#ports;
    if (sending() === 'waiting') return;
    const interruptions = this.#interruptions;
    const progress = await this.#waitForAnswer(look);
    if (progress !== 'held' || isClosed() || interruptions !== this.#interruptions) return;
    if (await askPassword()) await release();
    else giveUp();
  }

  async #askAsNeeded(wait: () => Promise<Progress>): Promise<Progress> {
    for (;;) {
      const progress = await wait();
      if (progress !== 'held' || !(await this.#ports.askPassword())) return progress;
      await this.#ports.release();
    }
  }

  /** Waits on while the server is being asked; a connection that is lost ends it. */
  async #waitForAnswer(look: (records: Records) => Progress): Promise<Progress> {
    const { sending, isClosed } = this.#ports;
    const interruptions = this.#interruptions;
    const isAsked = () => sending() === 'sending' && interruptions === this.#interruptions && !isClosed();
    let progress: Progress;
    do progress = await this.#wait(look);
    while (progress === 'pending' && isAsked());
    return progress;
  }

  #wait(look: (records: Records) => Progress): Promise<Progress> {
    const { records, clock } = this.#ports;
    return new Promise((resolve) => {
      let done = false;
      const end = (progress: Progress) => {
        if (done) return;
        done = true;
        stop();
        cancel();
        resolve(progress);
      };
      const check = (now: Records) => {
        const progress = look(now);
        if (progress !== 'pending') end(progress);
      };
      const stop = records.watch((_before, after) => check(after));
      const cancel = clock.after(OUTCOME_WAIT_MS, () => end(look(records.shown)));
      check(records.shown);
    });
  }
}

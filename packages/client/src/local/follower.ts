import { setTimeout as pause } from 'node:timers/promises';
import { call, KeyRefused, readJson, Unavailable, type Connection } from '../connection.ts';
import { AuthorityCopy } from './authority-copy.ts';
import { readEvents, type StreamEvent } from './event-stream.ts';
import { moment, since, type Moment } from './moment.ts';

/** Rolecall says every 2 s that what one has still stands. After this long without a word the stream is opened anew. */
const SILENCE_MS = 5000;
/**
 * Interval at which this process checks whether it was asleep, and the longest gap between two checks that is no
 * sleep; both in milliseconds.
 */
const PULSE_MS = 250;
const ASLEEP_MS = 2000;
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5000;
/** Milliseconds that a whole snapshot may take. */
const LOAD_MS = 30_000;

/** Keeps a copy of all that decisions are made of in step with Rolecall, and says how long ago it was known to be. */
export class Follower {
  readonly #connection: Connection;
  readonly #shutDown = new AbortController();
  readonly #waiting = new Set<() => void>();
  #copy: AuthorityCopy | null = null;
  /** Moment at which the contents of the copy were last known to be in force. */
  #known: Moment = moment();
  #pulse: Moment = moment();
  #mustLoad = true;
  #failures = 0;
  /** True until the first attempt is over. */
  #isStarting = true;
  #isKeyRefused = false;

  constructor(connection: Connection) {
    this.#connection = connection;
    void this.#run();
  }

  /** Copy of what is in force; null: nothing is known yet. */
  get copy(): AuthorityCopy | null {
    return this.#copy;
  }

  /** True if Rolecall refused the key when it was last asked. */
  get isKeyRefused(): boolean {
    return this.#isKeyRefused;
  }

  /** Greatest possible age of the copy, in milliseconds. */
  age(): number {
    return since(this.#known);
  }

  /**
   * Waits until the copy stands for a revision, no longer than an answer may take; the caller looks whether it
   * does.
   */
  async reach(revision: number): Promise<void> {
    const deadline = performance.now() + this.#connection.timeout;
    while (!this.isOver(revision) && performance.now() < deadline) {
      await new Promise<void>((resolve) => {
        const done = () => {
          clearTimeout(timer);
          this.#waiting.delete(done);
          resolve();
        };
        const timer = setTimeout(done, deadline - performance.now());
        this.#waiting.add(done);
      });
    }
  }

  close(): void {
    this.#shutDown.abort();
    this.#tell();
  }

  /** True if there is nothing to wait for: the copy stands for a revision, or will not any time soon. */
  isOver(revision: number): boolean {
    if (this.#shutDown.signal.aborted || this.#isKeyRefused) return true;
    return this.#copy ? this.#copy.revision >= revision : !this.#isStarting;
  }

  #tell(): void {
    for (const done of [...this.#waiting]) done();
  }

  async #run(): Promise<void> {
    const { signal } = this.#shutDown;
    while (!signal.aborted) {
      try {
        const copy = this.#mustLoad ? await this.#load() : this.#copy!;
        await this.#follow(copy);
      } catch (error) {
        // Until it works again: that Rolecall can't be reached afterwards makes the key no better.
        if (error instanceof KeyRefused) this.#isKeyRefused = true;
      }
      this.#isStarting = false;
      this.#tell();
      const longest = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** this.#failures);
      this.#failures = Math.min(this.#failures + 1, 10);
      await pause(longest * (0.5 + Math.random() / 2), undefined, { signal }).catch(() => undefined);
    }
  }

  async #load(): Promise<AuthorityCopy> {
    const asked = moment();
    const signal = AbortSignal.any([this.#shutDown.signal, AbortSignal.timeout(LOAD_MS)]);
    const copy = new AuthorityCopy(
      await readJson(await call(this.#connection, '/access/v1/snapshot', signal))
    );
    this.#copy = copy;
    this.#mustLoad = false;
    this.#heard(asked);
    return copy;
  }

  /** Follows what changes, until the stream ends, or has to be opened anew. */
  async #follow(copy: AuthorityCopy): Promise<void> {
    const stop = new AbortController();
    let heard = (this.#pulse = moment());
    let asked: Moment | null = heard;
    const timer = setInterval(() => {
      if (this.#wasAsleep() || since(heard) > SILENCE_MS) stop.abort();
      this.#pulse = moment();
    }, PULSE_MS);
    try {
      const signal = AbortSignal.any([this.#shutDown.signal, stop.signal]);
      const response = await call(this.#connection, `/access/v1/changes?since=${copy.revision}`, signal);
      for await (const event of readEvents(response.body!)) {
        // What lay waiting for a process that was asleep says nothing of now.
        if (this.#wasAsleep()) return;
        // Should this throw, it is half taken.
        this.#mustLoad = true;
        if (!isTaken(copy, event)) return;
        this.#mustLoad = false;
        heard = moment();
        this.#heard(asked ?? heard);
        asked = null;
      }
    } finally {
      clearInterval(timer);
      stop.abort();
    }
  }

  #wasAsleep(): boolean {
    return since(this.#pulse) > ASLEEP_MS;
  }

  #heard(known: Moment): void {
    this.#known = known;
    this.#failures = 0;
    this.#isKeyRefused = false;
    this.#isStarting = false;
    this.#tell();
  }
}

/**
 * True if an event went into the copy; false: the copy has to be loaded anew. @throws Unavailable for what is no
 * event
 */
function isTaken(copy: AuthorityCopy, { event, data }: StreamEvent): boolean {
  const message = parse(data);
  if (event === 'change') return copy.change(message);
  if (event === 'alive') return copy.stillStands((message as { revision?: unknown } | null)?.revision);
  return event !== 'reset';
}

function parse(data: string): unknown {
  try {
    return JSON.parse(data);
  } catch (cause) {
    throw new Unavailable('no JSON', { cause });
  }
}

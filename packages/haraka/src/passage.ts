import { Rejected, type Ask, type Granted, type Refusal } from './ledger.ts';
import type { Note } from './notebook.ts';

/** Verdict on a message, as Haraka is told. */
export type Verdict = 'pass' | { smtp: string };

/** Actions that a passage has done for it. */
export type Hands = {
  reserve(ask: Ask): Promise<Granted | Refusal>;
  passesWhenUnreachable: boolean;
  note(note: Note): void;
  sent(note: Note): void;
  notSent(note: Note): void;
  unanswered(ask: Ask): void;
  sentUnanswered(ask: Ask): void;
};

export const CANNOT_BE_CHECKED = '451 4.3.0 Caps cannot be checked, try again';

type State =
  | { at: 'begun' }
  | { at: 'asking' }
  /** Held, and not given to a queue yet. */
  | { at: 'held'; note: Note }
  /** It passes without an answer. */
  | { at: 'uncounted' }
  /** The message is in the hands of a queue. */
  | { at: 'queueing'; note: Note | null }
  | { at: 'ended' };

/**
 * The way of one message from its end to the queue. Recipients are held before it is given to a queue, counted once
 * the queue has it, and given back when anything else becomes of it.
 */
export class Passage {
  readonly ask: Ask;
  readonly #hands: Hands;
  #state: State = { at: 'begun' };

  constructor(ask: Ask, hands: Hands) {
    this.ask = ask;
    this.#hands = hands;
  }

  get isQueueing(): boolean {
    return this.#state.at === 'queueing';
  }

  async request(): Promise<Verdict> {
    this.#state = { at: 'asking' };
    let isAway = true;
    const answer = await this.#hands.reserve(this.ask).catch((error: unknown) => {
      isAway = !(error instanceof Rejected);
      return null;
    });
    // The client went away, or Haraka did not wait.
    const isWanted = this.#state.at === 'asking';
    this.#state = { at: 'ended' };
    if (answer === null) return this.#unanswered(isWanted && isAway);
    if (!('reservation' in answer)) return answer.smtp === null ? 'pass' : { smtp: answer.smtp };
    const note = { ...this.ask, reservation: answer.reservation };
    if (!isWanted) {
      this.#hands.notSent(note);
      return 'pass';
    }
    this.#hands.note(note);
    this.#state = { at: 'held', note };
    return 'pass';
  }

  /** @param mayPass whether somebody waits for it, and it is Rolecall that is away */
  #unanswered(mayPass: boolean): Verdict {
    if (mayPass && this.#hands.passesWhenUnreachable) {
      this.#state = { at: 'uncounted' };
      return 'pass';
    }
    this.#hands.unanswered(this.ask);
    return { smtp: CANNOT_BE_CHECKED };
  }

  /** It is given to a queue: from now on it may be sent. */
  queueing(): void {
    if (this.#state.at === 'held') this.#state = { at: 'queueing', note: this.#state.note };
    else if (this.#state.at === 'uncounted') this.#state = { at: 'queueing', note: null };
  }

  /** The queue has it. Said of what is not in the hands of a queue, it changes nothing. */
  sent(): void {
    if (this.#state.at !== 'queueing') return;
    const { note } = this.#state;
    this.#state = { at: 'ended' };
    if (note) this.#hands.sent(note);
    else this.#hands.sentUnanswered(this.ask);
  }

  /** It ended otherwise: refused, reset, gone. */
  notSent(): void {
    const state = this.#state;
    this.#state = { at: 'ended' };
    if (state.at === 'uncounted' || (state.at === 'queueing' && !state.note))
      this.#hands.unanswered(this.ask);
    else if (state.at === 'held' || state.at === 'queueing') this.#hands.notSent(state.note!);
  }
}

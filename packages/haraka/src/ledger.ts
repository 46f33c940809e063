import { setTimeout as sleep } from 'node:timers/promises';
import type { Options } from './options.ts';

/** Request to the ledger: recipients of one sender, under the key of one message. */
export type Ask = { login: string; units: number; key: string };

/** Refusal, with what a mail server says to its client; null: nothing, it lets the message pass. */
export type Refusal = { smtp: string | null };
export type Granted = { reservation: string };

/** Nobody answered, or nobody who knows: it may have been done, or not. */
export class Unreachable extends Error {
  override name = 'Unreachable';
}

/** It answered, and takes no such ask: nobody is let past for it. `isFinal`: it will not take it later either. */
export class Rejected extends Error {
  override name = 'Rejected';
  readonly isFinal: boolean;

  constructor(message: string, isFinal: boolean) {
    super(message);
    this.isFinal = isFinal;
  }
}

/**
 * HTTP statuses that are final, since the ask itself is wrong; that a key does not work, or asks too often, can
 * change.
 */
const FINAL = [400, 404, 409, 413, 422];
const GONE = ['ledger/expired', 'ledger/released', 'ledger/unknown'];
/** Time for which a look also answers the next one at the same sender, in milliseconds. */
const LOOK_MS = 1000;
/** Senders whose look is remembered. */
const MOST_LOOKS = 1000;
/** One try, in milliseconds: Rolecall itself gives up after three seconds. */
const TRY_MS = 3500;
const FIRST_PAUSE_MS = 100;

type Answer = { status: number; body: Record<string, unknown> };

/** The ledger of a Rolecall console. */
export class Ledger {
  readonly #options: Pick<Options, 'origin' | 'key' | 'timeoutMs' | 'holdSeconds'>;
  readonly #looks = new Map<string, { until: number; refusal: Promise<Refusal | null> }>();

  constructor(options: Pick<Options, 'origin' | 'key' | 'timeoutMs' | 'holdSeconds'>) {
    this.#options = options;
  }

  /** Holds recipients. Asked again under its key until there is an answer. @throws Unreachable, Rejected */
  async reserve(ask: Ask): Promise<Granted | Refusal> {
    const { body } = await this.#insist('reserve', {
      ...asked(ask),
      ttlSeconds: this.#options.holdSeconds
    });
    if (body.granted === true && typeof body.reservation === 'string')
      return { reservation: body.reservation };
    return refusalIn(body);
  }

  /**
   * Refusal that one more recipient would meet; null: none, or it is not known. However often one sender begins,
   * the ledger is asked once a second.
   */
  look(login: string): Promise<Refusal | null> {
    const known = this.#looks.get(login);
    if (known && known.until > Date.now()) return known.refusal;
    const refusal = this.#peek(login);
    this.#looks.delete(login);
    this.#looks.set(login, { until: Date.now() + LOOK_MS, refusal });
    if (this.#looks.size > MOST_LOOKS) this.#looks.delete(this.#looks.keys().next().value!);
    return refusal;
  }

  async #peek(login: string): Promise<Refusal | null> {
    try {
      const { status, body } = await this.#ask('peek', { subject: subject(login) });
      return status === 200 && body.granted === false ? refusalIn(body) : null;
    } catch {
      return null;
    }
  }

  /**
   * Counts what was held; `expired`: it was given back before, or is not known any more. @throws Unreachable,
   * Rejected
   */
  async commit(reservation: string): Promise<'done' | 'expired'> {
    const { status, body } = await this.#ask('commit', { reservation });
    if (status === 200 || body.code === 'ledger/committed') return 'done';
    if (GONE.includes(String(body.code))) return 'expired';
    throw unknownAnswer(status, body);
  }

  /** Counts at once. @throws Unreachable, Rejected */
  async consume(ask: Ask): Promise<'done' | Refusal> {
    const { status, body } = await this.#ask('consume', asked(ask));
    if (status !== 200) throw unknownAnswer(status, body);
    return body.granted === true ? 'done' : refusalIn(body);
  }

  /** Gives back what was held; false: there is nothing under this key. @throws Unreachable, Rejected */
  async release(what: { reservation: string } | { key: string }): Promise<boolean> {
    const { status, body } = await this.#ask('release', what);
    if (status === 200 || status === 409) return true;
    if (body.code === 'ledger/unknown') return false;
    throw unknownAnswer(status, body);
  }

  async #insist(endpoint: string, body: object): Promise<Answer> {
    const end = Date.now() + this.#options.timeoutMs;
    for (let pause = FIRST_PAUSE_MS; ; pause *= 2) {
      try {
        const answer = await this.#ask(endpoint, body, Math.max(1, end - Date.now()));
        if (answer.status === 200) return answer;
        throw unknownAnswer(answer.status, answer.body);
      } catch (error) {
        if ((error instanceof Rejected && error.isFinal) || Date.now() + pause >= end) throw error;
      }
      await sleep(pause);
    }
  }

  async #ask(endpoint: string, body: object, atMostMs = TRY_MS): Promise<Answer> {
    try {
      const response = await fetch(`${this.#options.origin}/caps/v1/${endpoint}`, {
        method: 'POST',
        // The key would go with it.
        redirect: 'error',
        signal: AbortSignal.timeout(Math.min(TRY_MS, atMostMs)),
        headers: { authorization: `Bearer ${this.#options.key}`, 'content-type': 'application/json' },
        body: JSON.stringify(body)
      });
      return { status: response.status, body: (await response.json()) as Answer['body'] };
    } catch (cause) {
      throw new Unreachable('no answer', { cause });
    }
  }
}

/** Whoever signs in so: an administrator or a user. */
function subject(login: string) {
  return { id: login };
}

function asked({ login, units, key }: Ask) {
  return { subject: subject(login), units, key };
}

function refusalIn(body: Answer['body']): Refusal {
  if (body.granted !== false) throw new Unreachable('an answer that says nothing');
  // A console that words no refusals yet still refuses.
  const { smtp = '451 4.7.1 A cap is reached' } = body;
  return { smtp: typeof smtp === 'string' ? smtp : null };
}

function unknownAnswer(status: number, body: Answer['body']): Unreachable | Rejected {
  const said = `HTTP ${status} ${String(body.code ?? '')}`.trim();
  return status >= 400 && status < 500 ? new Rejected(said, FINAL.includes(status)) : new Unreachable(said);
}

import type { Refusal } from '$lib/core/access/refusal';
import { requestedChangeOf } from './requested-change';
import type { Outbox } from './outbox.svelte';
import { forwardingOf, type Forwarding, type OutboxRecord } from './record';
import type { Sent } from './transport';

/** `unknown`: no answer came; it is asked again, and happens once. */
export type ForwardingEnd = { is: 'handed' } | { is: 'refused'; refusal: Refusal } | { is: 'unknown' };

/** Asks the server to take a hand-over. */
export type SendHandover = (input: HandoverRequest) => Promise<Sent>;

export type HandoverRequest = {
  op: string;
  to: string;
  asked: NonNullable<ReturnType<typeof requestedChangeOf>>;
  /** The operation id that was refused: the server knows why. */
  refused: string;
  note: string;
};

/**
 * Hands refused changes on. The change stays in its author's tray until the server has the hand-over; what got no
 * answer is asked again with the same operation id, however often the button is pressed.
 */
export class Forwarder {
  readonly #outbox: Outbox;
  readonly #send: SendHandover;
  readonly #underWay = new Map<string, Promise<ForwardingEnd>>();

  constructor(outbox: Outbox, send: SendHandover) {
    this.#outbox = outbox;
    this.#send = send;
  }

  /** Hands a refused change to somebody. */
  async begin(n: number, to: Forwarding['to'], note: string): Promise<ForwardingEnd> {
    await this.#outbox.beginForwarding(n, to, note);
    return this.again(n);
  }

  /** Asks once more for what got no answer. */
  async again(n: number): Promise<ForwardingEnd> {
    const record = this.#outbox.records.find((each) => each.n === n);
    const forwarding = record && forwardingOf(record);
    // Another tab was faster: it is gone from this tray, too.
    if (!record || !forwarding) return { is: 'handed' };
    const running = this.#underWay.get(forwarding.op) ?? this.#ask(record, forwarding);
    this.#underWay.set(forwarding.op, running);
    try {
      return await running;
    } finally {
      this.#underWay.delete(forwarding.op);
    }
  }

  /** Asks once more for all that got no answer. */
  resume(): void {
    for (const record of this.#outbox.refused) if (forwardingOf(record)) void this.again(record.n);
  }

  async #ask(record: OutboxRecord, { op, to, note }: Forwarding): Promise<ForwardingEnd> {
    const asked = requestedChangeOf(record);
    if (!asked) return { is: 'unknown' };
    const sent = await this.#send({ op, to: to.id, asked, refused: record.op, note });
    if (sent.is === 'lost') return { is: 'unknown' };
    // Whoever is signed out will be back: nothing was decided.
    if (sent.is === 'refused' && /^(auth\/|busy$)/.test(sent.refusal.code)) return { is: 'unknown' };
    this.#outbox.endForwarding(op, sent.is === 'answer');
    return sent.is === 'answer' ? { is: 'handed' } : { is: 'refused', refusal: sent.refusal };
  }
}

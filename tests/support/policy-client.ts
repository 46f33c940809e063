import { once } from 'node:events';
import { connect, type NetConnectOpts, type Socket } from 'node:net';

/** Attributes of a request, besides those that every one has. */
export type PolicyAttributes = Record<string, string | number>;

/** The text of a request, as Postfix sends it. */
export function policyRequest(attributes: PolicyAttributes): string {
  const all = {
    request: 'smtpd_access_policy',
    protocol_state: 'END-OF-MESSAGE',
    protocol_name: 'ESMTP',
    client_address: '192.0.2.1',
    recipient_count: 1,
    sasl_method: 'plain',
    ...attributes
  };
  return `${Object.entries(all)
    .map(([name, value]) => `${name}=${value}`)
    .join('\n')}\n\n`;
}

/** A connection to the policy service, spoken byte by byte. */
export class PolicyClient {
  readonly #socket: Socket;
  #received = '';
  #ended = false;
  #wake: () => void = () => undefined;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setEncoding('utf8').on('data', (text: string) => {
      this.#received += text;
      this.#wake();
    });
    for (const event of ['end', 'close', 'error'] as const)
      socket.on(event, () => {
        this.#ended = true;
        this.#wake();
      });
  }

  static async open(to: NetConnectOpts): Promise<PolicyClient> {
    const socket = connect({ ...to, allowHalfOpen: true } as NetConnectOpts);
    await once(socket, 'connect');
    return new PolicyClient(socket);
  }

  send(bytes: string | Uint8Array): void {
    this.#socket.write(bytes);
  }

  /** Says that nothing more comes; the answer is still read. */
  end(): void {
    this.#socket.end();
  }

  /** Goes away without a word. */
  vanish(): void {
    this.#socket.destroy();
  }

  /** The next action; null: the service closed instead. */
  async next(): Promise<string | null> {
    for (;;) {
      const at = this.#received.indexOf('\n\n');
      if (at !== -1) {
        const answer = this.#received.slice(0, at);
        this.#received = this.#received.slice(at + 2);
        return answer.replace(/^action=/, '');
      }
      if (this.#ended) return this.#received === '' ? null : `cut off: ${this.#received}`;
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  /** Asks one thing. */
  ask(attributes: PolicyAttributes): Promise<string | null> {
    this.send(policyRequest(attributes));
    return this.next();
  }
}

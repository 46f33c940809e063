import { v4 as uuid } from 'uuid';
import { isConnectionFault } from '../api/api';

/**
 * Something asked of the server with an answer that is not kept on the device, such as a secret. Asked again after a
 * lost answer it is the same operation, so that it happens once; asked differently, or after an answer, it is another
 * one.
 */
export class OneOperation<I extends object, A> {
  readonly #call: (op: string, input: I) => Promise<A>;
  #open: { asked: string; op: string } | null = null;

  constructor(call: (op: string, input: I) => Promise<A>) {
    this.#call = call;
  }

  /** @throws what the server or the connection says */
  async run(input: I): Promise<A> {
    const asked = JSON.stringify(input);
    if (this.#open?.asked !== asked) this.#open = { asked, op: uuid() };
    const { op } = this.#open;
    try {
      const answer = await this.#call(op, input);
      this.#open = null;
      return answer;
    } catch (error) {
      if (!isConnectionFault(error)) this.#open = null;
      throw error;
    }
  }
}

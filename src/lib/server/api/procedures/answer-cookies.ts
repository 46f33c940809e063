import type { ServerResponse } from 'node:http';
import { stringifySetCookie, type SerializeOptions } from 'cookie';
import { COOKIE_OPTIONS } from '../../auth/sessions';

/** Cookies that an answer sets, one for each name: the last that was said of it counts. */
export class AnswerCookies {
  readonly #set = new Map<string, string>();

  /** @param options besides those that all our cookies have */
  set(name: string, value: string, options: SerializeOptions = {}): void {
    this.#set.set(name, stringifySetCookie(name, value, { ...COOKIE_OPTIONS, ...options }));
  }

  delete(name: string): void {
    this.set(name, '', { maxAge: 0 });
  }

  writeTo(response: ServerResponse): void {
    if (this.#set.size > 0) response.setHeader('set-cookie', [...this.#set.values()]);
  }
}

import { v4 as uuid } from 'uuid';
import { api } from '$lib/client/api/api';
import { FormAttempt } from '$lib/client/forms/form-attempt.svelte';
import type { Session } from '$lib/client/session/session.svelte';

/** Networks that one may sign in from, one a line, none for everywhere (AUT-3). */
export class AccountAllowlist {
  readonly attempt = new FormAttempt<'networks'>({ fields: ['networks'] });
  #draft = $state<string | null>(null);
  readonly #session: Pick<Session, 'me' | 'refresh'>;

  constructor(session: Pick<Session, 'me' | 'refresh'>) {
    this.#session = session;
  }

  get text(): string {
    return this.#draft ?? this.#session.me.ipAllowlist.join('\n');
  }
  set text(text: string) {
    this.#draft = text;
    this.attempt.changed('networks');
  }

  get networks(): string[] {
    return this.text
      .split(/[\s,;]+/u)
      .map((line) => line.trim())
      .filter((line) => line !== '');
  }

  get changed(): boolean {
    return this.networks.join('\n') !== this.#session.me.ipAllowlist.join('\n');
  }

  /** The address this page is at; null when it is on the list, or unknown. */
  get missingAddress(): string | null {
    const { ip } = this.#session.me;
    return ip === null || this.networks.includes(ip) ? null : ip;
  }

  addPresent(): void {
    if (this.missingAddress !== null) this.text = [...this.networks, this.missingAddress].join('\n');
  }

  /** True when it is in force. */
  async save(): Promise<boolean> {
    const networks = this.networks;
    const done = await this.attempt.run(() => api.me.setAllowlist.mutate({ op: uuid(), networks }));
    if (!done) return false;
    await this.#session.refresh();
    this.#draft = null;
    return true;
  }

  discard(): void {
    this.#draft = null;
    this.attempt.refuse({});
  }
}

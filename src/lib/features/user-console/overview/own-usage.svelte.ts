import { api } from '$lib/client/api/api';
import { Loadable } from '$lib/client/api/loadable.svelte';
import type { Session } from '$lib/client/session/session.svelte';
import type { CapUsages } from '$lib/core/quotas/cap-usage';
import { gaugesOf, type Gauges } from '$lib/shared/indexes/gauges.svelte';

export type OwnFacts = Awaited<ReturnType<typeof api.own.usage.query>>;

/** Caps and counts of the signed-in user, and what of them is used (TEN-5): the caps live, the rest as last asked. */
export class OwnUsage {
  readonly #session: Session;
  readonly #gauges: Gauges;
  readonly #asked = new Loadable<OwnFacts>();

  constructor(session: Session) {
    this.#session = session;
    this.#gauges = gaugesOf(session);
  }

  /** True if the role permits reading the usage at all. */
  get mayRead(): boolean {
    return this.#session.can('quotas.admin_quota.view_usage_own');
  }

  /** Null: not known yet, or not to be seen. */
  get facts(): OwnFacts | null {
    return this.mayRead ? this.#asked.value : null;
  }

  /** Usage of each cap; null when not known yet, or not to be seen. */
  get caps(): CapUsages | null {
    if (!this.mayRead) return null;
    return this.#gauges.own?.list.get(`user:${this.#session.me.id}`) ?? this.facts?.usage ?? null;
  }

  /** True if the numbers are current. */
  get known(): boolean {
    return this.#session.connection.state !== 'offline';
  }

  /** The last question has no answer. */
  get failed(): boolean {
    return this.#asked.problem !== null;
  }

  get asking(): boolean {
    return this.#asked.asking;
  }

  /** An effect's: keeps the caps live; what it returns lets go. */
  watch(): (() => void) | undefined {
    return this.mayRead ? this.#gauges.watch('own') : undefined;
  }

  async load(): Promise<void> {
    if (this.mayRead) await this.#asked.ask(() => api.own.usage.query());
  }
}

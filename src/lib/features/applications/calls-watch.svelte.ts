import { untrack } from 'svelte';
import type { inferRouterOutputs } from '@trpc/server';
import { api } from '$lib/client/api/api';
import { Loadable } from '$lib/client/api/loadable.svelte';
import type { Session } from '$lib/client/session/session.svelte';
import type { AppRouter } from '$lib/server/api/trpc/router';
import { currentTime } from '$lib/ui/clock.svelte';

export type Calls = inferRouterOutputs<AppRouter>['applications']['calls'][number];
export type RefusedCalls = NonNullable<Calls['refused']>[number];

/** Interval of asking, in ms. */
const EVERY_MS = 5000;
/** Age from which on numbers are none, in ms. */
const OLD_MS = 10_000;

/** Calls of all applications, or of one with what it was refused, while somebody looks. */
export class CallsWatch {
  readonly #session: Session;
  readonly #one: () => string | null;
  readonly #known = new Loadable<{ calls: readonly Calls[]; at: number }>();

  /** @param one id of the one that is looked at; null: all are */
  constructor(session: Session, one: () => string | null = () => null) {
    this.#session = session;
    this.#one = one;
  }

  /** Calls of one application; null: not known at this moment, as numbers of before are none. */
  of(id: string): Calls | null {
    const { problem, value } = this.#known;
    if (problem !== null || this.#session.connection.state === 'offline' || value === null) return null;
    if (currentTime().getTime() - value.at > OLD_MS) return null;
    return value.calls.find((each) => each.id === id) ?? null;
  }

  /** Asks again and again, as long as it may be known. Call it in an effect. @returns ends it */
  watch(): (() => void) | undefined {
    void this.#session.connection.returns;
    const id = this.#one();
    if (!this.#session.can('people.api_keys.list')) return undefined;
    const ask = () => {
      if (document.visibilityState === 'visible' && this.#session.connection.state !== 'offline')
        void this.#known.ask(() => callsNow(id));
    };
    // A question that takes longer than the interval is waited for: another one would outdate its answer.
    const tick = () => {
      if (!this.#known.asking) ask();
    };
    // What was asked over a connection of before may never be answered.
    untrack(ask);
    const timer = setInterval(tick, EVERY_MS);
    document.addEventListener('visibilitychange', tick);
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', tick);
    };
  }
}

/** Calls and the time at which they came, in ms since 1970. */
async function callsNow(id: string | null): Promise<{ calls: readonly Calls[]; at: number }> {
  const calls = await api.applications.calls.query(id === null ? {} : { id });
  return { calls, at: currentTime().getTime() };
}

import type { inferRouterOutputs } from '@trpc/server';
import { api } from '$lib/client/api/api';
import { Loadable } from '$lib/client/api/loadable.svelte';
import type { AppRouter } from '$lib/server/api/trpc/router';
import { capLabel } from '$lib/shared/quotas/gauge-words';
import { counted } from '$lib/ui/counted';

export type Refused = inferRouterOutputs<AppRouter>['caps']['refusals'][number];

/** People who were refused to send in the last 24 hours, and the reasons, as the server last said. */
export class SendRefusalsList {
  readonly #ids: string[] | null;
  readonly #known = new Loadable<readonly Refused[]>();

  /** @param id of one alone; null: of everybody */
  constructor(id: string | null) {
    this.#ids = id === null ? null : [id];
  }

  /** The latest first; null: not known yet. */
  get all(): readonly Refused[] | null {
    return this.#known.value;
  }

  get failed(): boolean {
    return this.#known.problem !== null;
  }

  async load(): Promise<void> {
    await this.#known.ask(() => api.caps.refusals.query(this.#ids ? { ids: this.#ids } : {}));
  }
}

const WHOSE = {
  ...{ own: 'own cap', package: 'cap of the package' },
  ...{ platform: 'platform cap', total: 'everyone together' }
};
const BARS = {
  ...{ paused: 'Sending is paused', suspended: 'Suspended' },
  ...{ deactivated: 'Deactivated', closed: 'Account closed' }
};

/** "Daily limit, own cap": what refused. */
export function refusedBy({ reason, cap, layer }: Pick<Refused, 'reason' | 'cap' | 'layer'>): string {
  if (reason !== 'cap') return BARS[reason];
  const label = cap === null ? 'A cap' : capLabel(cap);
  return layer === null ? label : `${label}, ${WHOSE[layer]}`;
}

/** "18 refused in the last hour, 142 in 24 hours": recipients. */
export function refusedCount({ hour, day }: Pick<Refused, 'hour' | 'day'>): string {
  const inDay = `${counted(day.units)} refused in 24 hours`;
  return hour.units === 0 ? inDay : `${inDay}, ${counted(hour.units)} in the last hour`;
}

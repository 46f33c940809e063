import { bindingGauge, refusingGauge, type Binding, type Gauge } from '../../../core/quotas/binding';
import type { StoredGauge } from '../../db/tables/ledger-table';

/** Gauges as the database tells them, in the words of the core. */
export function toGauges(stored: readonly StoredGauge[]): Gauge[] {
  return stored.map(({ layer, cap, limit, source, shadow, used, held, resetsAt }) => ({
    layer,
    cap,
    limit: limit ?? 'unlimited',
    source,
    used,
    held,
    resetsAt: toIso(resetsAt),
    ...(shadow ? { shadow } : {})
  }));
}

export function bindingOf(stored: readonly StoredGauge[]): Binding | null {
  return bindingGauge(toGauges(stored));
}

/** What refused so many units. */
export function refusalOf(stored: readonly StoredGauge[], units: number): Binding | null {
  return refusingGauge(toGauges(stored), units) ?? bindingOf(stored);
}

/** A time as the database writes it into JSON. */
export function toIso(time: string): string;
export function toIso(time: string | null): string | null;
export function toIso(time: string | null): string | null {
  return time === null ? null : new Date(time).toISOString();
}

import {
  bindingGauge,
  refusingGauge,
  remainingOf,
  type Binding,
  type Gauge
} from '../../../core/quotas/binding';
import type { Pause } from '../../../core/quotas/cap-usage';
import type { PauseRow } from '../../db/tables/pauses-table';
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

/** Gauge that refused so many units. */
export function refusalOf(stored: readonly StoredGauge[], units: number): Binding | null {
  return refusingGauge(toGauges(stored), units) ?? pacingGauge(stored) ?? bindingOf(stored);
}

/** The hourly rate that lets nothing pass yet, because it is spread evenly; null: none does. */
function pacingGauge(stored: readonly StoredGauge[]): Binding | null {
  const at = stored.findIndex(({ next = null }) => next !== null);
  if (at === -1) return null;
  const gauge = { ...toGauges(stored)[at]!, resetsAt: toIso(stored[at]!.next!), smooth: true };
  return { ...gauge, remaining: remainingOf(gauge) };
}

export function toPause({ subject, reason, byName, until }: PauseRow): Pause {
  return { subject, reason, by: byName, until: until?.toISOString() ?? null };
}

/** A time as the database writes it into JSON. */
export function toIso(time: string): string;
export function toIso(time: string | null): string | null;
export function toIso(time: string | null): string | null {
  return time === null ? null : new Date(time).toISOString();
}

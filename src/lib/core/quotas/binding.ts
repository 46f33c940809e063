import type { CapId, CapLimit } from './caps';
import { LAYERS, type LayerName } from './layers';

/** State of a layer's cap. Units are recipients; of threads, connections. */
export type Gauge = {
  layer: LayerName;
  cap: CapId;
  limit: CapLimit;
  source: LayerName;
  /** Units that were used in the window, and units held in it by reservations. */
  used: number;
  held: number;
  /**
   * Time at which room comes free, ISO 8601: of an hour, as soon as what was asked for fits; null: none will, or
   * nothing is used.
   */
  resetsAt: string | null;
  shadow?: boolean;
  /** It refused because sending is spread evenly: the next ask may pass at `resetsAt`. */
  smooth?: boolean;
};

/** The cap that binds. */
export type Binding = Gauge & { remaining: number | 'unlimited' };

/** Rest of a limit; never less than nothing, though a cap was lowered below what was used. */
export function remainingOf({
  limit,
  used,
  held
}: Pick<Gauge, 'limit' | 'used' | 'held'>): number | 'unlimited' {
  return limit === 'unlimited' ? limit : Math.max(0, limit - used - held);
}

/**
 * The gauge with the smallest remaining one, the nearest layer first; null when nothing is limited. Caps that are
 * only watched do not bind.
 */
export function bindingGauge(gauges: readonly Gauge[]): Binding | null {
  const limited = gauges.flatMap((gauge) => {
    const remaining = remainingOf(gauge);
    return remaining === 'unlimited' || gauge.shadow === true ? [] : [{ ...gauge, remaining }];
  });
  limited.sort((a, b) => a.remaining - b.remaining || later(a, b) || nearer(a, b));
  return limited[0] ?? null;
}

/**
 * The gauge that refused so many units: one that they never fit, or else the one that has no room for longest. Null
 * when none did. One that has less left and yet enough is no reason.
 */
export function refusingGauge(gauges: readonly Gauge[], units: number): Binding | null {
  const full = gauges
    .filter(({ shadow }) => shadow !== true)
    .flatMap((gauge) => {
      const remaining = remainingOf(gauge);
      return remaining === 'unlimited' || remaining >= units ? [] : [{ ...gauge, remaining }];
    });
  const never = ({ limit }: Gauge) => (limit !== 'unlimited' && limit < units ? 1 : 0);
  full.sort((a, b) => never(b) - never(a) || later(a, b) || a.remaining - b.remaining || nearer(a, b));
  return full[0] ?? null;
}

/**
 * Comparison of two that have as little left: the one that stays so for longer comes first, since who waits for the
 * other meets a wall again.
 */
function later(a: Gauge, b: Gauge): number {
  // What no wait frees comes first of all, provided something is used of it or it is closed.
  const of = ({ resetsAt }: Gauge) => (resetsAt === null ? Infinity : Date.parse(resetsAt));
  const [one, other] = [of(a), of(b)];
  return one === other ? 0 : one > other ? -1 : 1;
}

function nearer(a: Gauge, b: Gauge): number {
  return LAYERS.indexOf(a.layer) - LAYERS.indexOf(b.layer);
}

/**
 * A counter of one calendar day or month. Keys are local dates such as `2026-03-29`, of a month its first: they sort
 * as time does.
 */
export type CalendarWindow = { readonly zone: string; readonly key: string; readonly units: number };

/** The local date of one moment, in the zone that is in force and in the one a counter was kept in. */
export type LocalDate = { readonly zone: string; readonly key: string; readonly keyInOldZone: string };

/**
 * The window of this moment. There is no reset: another key is another counter. A change of the zone is not another
 * day: what was counted stays, unless its day was over in the old zone. A date that goes back (a clock, a zone) keeps
 * the counter, too.
 */
export function windowAt(window: CalendarWindow, { zone, key, keyInOldZone }: LocalDate): CalendarWindow {
  if (window.zone !== zone) {
    const over = keyInOldZone > window.key;
    return { zone, key, units: over ? 0 : window.units };
  }
  return key > window.key ? { zone, key, units: 0 } : window;
}

import type { CalendarWindow } from '../../src/lib/core/quotas/calendar-window';
import { BUCKETS, type RollingHour } from '../../src/lib/core/quotas/rolling-hour';

// What the ledger does in SQL when it charges, as a model of it: the program itself reads windows and never adds.

export function emptyHour(minute: number): RollingHour {
  return { minute, units: Array.from({ length: BUCKETS }, () => 0) };
}

/**
 * Adds units to a minute; negative ones are given back.
 * @param minute not after the hour's newest; one that is no longer known of changes nothing
 */
export function addToHour(hour: RollingHour, minute: number, units: number): RollingHour {
  if (minute > hour.minute || minute <= hour.minute - BUCKETS) return hour;
  return {
    ...hour,
    units: hour.units.map((each, place) => (place === minute % BUCKETS ? each + units : each))
  };
}

/** Adds units to the day or month they were taken in; to one that is over, nothing. */
export function addToWindow(window: CalendarWindow, key: string, units: number): CalendarWindow {
  return key === window.key ? { ...window, units: window.units + units } : window;
}

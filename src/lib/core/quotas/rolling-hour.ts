/**
 * A minute is a whole number: minutes since 1970. One bucket more than an hour has, so that no span of 60 minutes
 * is ever cut short (QUO-3).
 */
export const BUCKETS = 61;

/** Units admitted in each of the last 61 minutes: those of the minute m at the place m mod 61. */
export type RollingHour = {
  /** The newest minute that anything is known of. */
  readonly minute: number;
  readonly units: readonly number[];
};

/** The hour as it is in `minute`: what is older is forgotten. A clock that went back changes nothing. */
export function hourAt(hour: RollingHour, minute: number): RollingHour {
  if (minute <= hour.minute) return hour;
  const gone = Math.min(BUCKETS, minute - hour.minute);
  const units = [...hour.units];
  for (let ago = 0; ago < gone; ago++) units[place(minute - ago)] = 0;
  return { minute, units };
}

/** Units in the hour. */
export function hourTotal(hour: RollingHour): number {
  return hour.units.reduce((sum, each) => sum + each, 0);
}

/**
 * The first minute in which `needed` units of those in the hour are gone, should none be added; null: there are not
 * so many.
 */
export function freeAt(hour: RollingHour, needed: number): number | null {
  let gone = 0;
  for (let minute = hour.minute - BUCKETS + 1; minute <= hour.minute; minute++) {
    gone += hour.units[place(minute)]!;
    if (gone >= needed) return minute + BUCKETS;
  }
  return null;
}

function place(minute: number): number {
  return ((minute % BUCKETS) + BUCKETS) % BUCKETS;
}

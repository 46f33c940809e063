import { zoneOffsets } from '../../db/tables/time-zones';
import type { Queryable } from '../../db/driver/client';

/** Moments at which a zone is looked at: midwinter and midsummer of two years, of this one and of one long gone. */
const YEARS = [2010, new Date().getUTCFullYear()];

/**
 * True if Postgres reads a time zone as this program does. It takes names for others (`IST`, `PST`), or does not
 * have them (`US/Pacific-New`): days would begin at another time than is shown. Zone undefined: none is to be
 * checked, so true.
 */
export async function readsZoneAlike(tx: Queryable, zone: string | undefined): Promise<boolean> {
  if (zone === undefined) return true;
  const moments = YEARS.flatMap((year) => [new Date(Date.UTC(year, 0, 15)), new Date(Date.UTC(year, 6, 15))]);
  const offsets = await zoneOffsets(tx, zone, moments);
  return offsets?.every((minutes, at) => minutes === offsetOf(zone, moments[at]!)) ?? false;
}

/** Minutes that a zone is ahead of UTC. */
function offsetOf(zone: string, moment: Date): number {
  const parts = new Intl.DateTimeFormat('en-US', {
    ...{ timeZone: zone, hourCycle: 'h23', year: 'numeric', month: 'numeric', day: 'numeric' },
    ...{ hour: 'numeric', minute: 'numeric' }
  }).formatToParts(moment);
  const of = (type: string) => Number(parts.find((part) => part.type === type)?.value);
  const local = Date.UTC(of('year'), of('month') - 1, of('day'), of('hour'), of('minute'));
  return Math.round((local - moment.getTime()) / 60_000);
}

/** Time by which the server's clock is ahead of this device's, in milliseconds. Zero until an answer says otherwise. */
let ahead = 0;

/** The server says its time in whole seconds. */
const SECOND_MS = 1_000;

/** Longest that an answer may take and still say what time it is. */
const MOST_WAIT_MS = 4_000;

/** Now by the server's clock, in milliseconds since 1970: what the server said is as old as that says. */
export function serverNow(): number {
  return serverTime(Date.now());
}

/** A moment of this device's clock in the server's time; both in milliseconds since 1970. */
export function serverTime(moment: number): number {
  return moment + ahead;
}

/**
 * Takes the time from an answer's `date` header. A device whose own clock lies between asking and answering is
 * right as it is.
 *
 * @param asked when the request left, by this device's clock, in milliseconds since 1970
 * @param answered the same, when its answer came
 * @param date null where the answer does not say
 */
export function hearServerTime(asked: number, answered: number, date: string | null): void {
  const told = Date.parse(date ?? '');
  // A clock that was set in the meantime, or an answer that came late, says nothing.
  if (Number.isNaN(told) || answered < asked || answered - asked > MOST_WAIT_MS) return;
  const least = told - answered;
  const most = told + SECOND_MS - asked;
  ahead = least <= 0 && most >= 0 ? 0 : Math.round((least + most) / 2);
}

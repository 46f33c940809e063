const OLDEST_MAJOR = 15;
/**
 * The first release of each major in which a prepared plan keeps the rows apart that two roles see
 * (CVE-2024-10976): the second fence rests on it.
 */
const FENCED_SINCE = new Map([
  [15, 9],
  [16, 5],
  [17, 1]
]);

/**
 * Reason a server cannot be used, as a sentence; null when it can.
 * @param number its `server_version_num`: 160004 is 16.4
 */
export function postgresProblem(number: number): string | null {
  const [major, minor] = [Math.floor(number / 10_000), number % 10_000];
  if (major < OLDEST_MAJOR) return `Postgres ${OLDEST_MAJOR} or newer is needed, this server is ${major}.`;
  const since = FENCED_SINCE.get(major) ?? 0;
  if (minor >= since) return null;
  return `Postgres ${major}.${since} or newer is needed, this server is ${major}.${minor}: before, row security may be passed over.`;
}

import { expect, test } from 'vitest';
import { Admission } from './admission';
import { LIMITS } from './limits';

/** How many of `count` upgrades at one moment may go on, each from an address of its own. */
function upgrades(admission: Admission, count: number, address: (n: number) => string): number {
  let passed = 0;
  for (let n = 0; n < count; n++) if (admission.mayUpgrade(address(n), 0)) passed++;
  return passed;
}
const inNetwork = (n: number) => `2001:db8:1:1::${(n + 1).toString(16)}`;

test('[W-03] addresses of one IPv6 network ask for sockets as one', () => {
  const { burst } = LIMITS.upgradesPerAddress;
  const admission = new Admission();
  expect(upgrades(admission, burst + 200, inNetwork)).toBe(burst);
  expect(admission.mayUpgrade('2001:db8:1:2::1', 0)).toBe(true);
  expect(upgrades(admission, burst, (n) => `198.51.${Math.floor(n / 250)}.${n % 250}`)).toBe(burst);
});

test('[W-03] they have the places of one, and give them back', () => {
  const admission = new Admission();
  const places = Array.from({ length: LIMITS.perAddress + 50 }, (_, n) =>
    admission.enter(inNetwork(n), `session ${n}`, `person ${n}`)
  );
  expect(places.filter((leave) => leave !== null)).toHaveLength(LIMITS.perAddress);
  expect(admission.mayUpgrade(inNetwork(999), 0)).toBe(false);
  expect(admission.enter('2001:db8:1:2::1', 'another', 'another')).not.toBe(null);
  for (const leave of places) leave?.();
  expect(admission.enter(inNetwork(999), 'back', 'back')).not.toBe(null);
});

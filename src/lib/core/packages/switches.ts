/**
 * Things that users of a package must have before they may send (TEN-2). A list, so that another can be added in
 * one place.
 */
export const SWITCHES = [
  { id: 'dkim', label: 'DKIM on every sending domain' },
  { id: 'trackingDomain', label: 'Own tracking domain' },
  { id: 'bounceDomain', label: 'Own bounce domain' }
] as const;

export type SwitchId = (typeof SWITCHES)[number]['id'];

export type PackageSwitches = Record<SwitchId, boolean>;

/** Switches of a package that demands nothing. */
export function allOff(): PackageSwitches {
  return Object.fromEntries(SWITCHES.map(({ id }) => [id, false])) as PackageSwitches;
}

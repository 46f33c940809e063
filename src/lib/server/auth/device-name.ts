import Bowser from 'bowser';

export type DeviceKind = 'desktop' | 'phone' | 'tablet';

/** A device as people know it: "Firefox on macOS". For people to read, never to decide by. */
export type Device = { name: string; kind: DeviceKind };

const UNKNOWN = 'Unknown device';
const KINDS: Record<string, DeviceKind> = { mobile: 'phone', tablet: 'tablet' };
/** The letters of a user agent that are read: some of the library's patterns take long over long nonsense. */
const MOST_LETTERS = 200;
/** Agent of a program that is no browser, which names itself first: "curl/8.1.2". */
const PROGRAM = /^(?!Mozilla\/)([A-Za-z][\w-]{1,29})\//;
/**
 * Names that a browser or a system may have. The library takes the name of one it does not know from the agent
 * itself, whatever that says.
 */
const NAME = /^[A-Za-z][\w .+!-]{0,39}$/;
/** User agents repeat, and parsing one takes some fifty regular expressions. */
const MOST_KEPT = 500;
const kept = new Map<string, Device>();

/** The device of a user agent; "Unknown device" when it says nothing we know. */
export function deviceOf(userAgent: string | null): Device {
  const agent = userAgent?.trim().slice(0, MOST_LETTERS) || 'unknown';
  const known = kept.get(agent);
  if (known) return known;
  const device = parsed(agent);
  if (kept.size >= MOST_KEPT) kept.clear();
  kept.set(agent, device);
  return device;
}

/** The name of a user agent's device; "" when it says nothing we know. */
export function deviceName(userAgent: string | null): string {
  const { name } = deviceOf(userAgent);
  return name === UNKNOWN ? '' : name;
}

function parsed(agent: string): Device {
  const { browser, os, platform } = Bowser.parse(agent);
  const names = [browser.name, os.name].filter((name) => name !== undefined && NAME.test(name));
  return {
    name: names.length > 0 ? names.join(' on ') : (PROGRAM.exec(agent)?.[1] ?? UNKNOWN),
    kind: KINDS[platform.type ?? ''] ?? 'desktop'
  };
}

import Bowser from 'bowser';

export type DeviceKind = 'desktop' | 'phone' | 'tablet';

/** A device as people know it: "Firefox on macOS". For people to read, never to decide by. */
export type Device = { name: string; kind: DeviceKind };

const KINDS: Record<string, DeviceKind> = { mobile: 'phone', tablet: 'tablet' };

/** What a user agent says of its device; "Unknown device" when it says nothing we know. */
export function deviceOf(userAgent: string | null): Device {
  const { browser, os, platform } = Bowser.parse(userAgent?.trim() || 'unknown');
  const names = [browser.name, os.name].filter((name) => name !== undefined && name !== '');
  return {
    name: names.length > 0 ? names.join(' on ') : 'Unknown device',
    kind: KINDS[platform.type ?? ''] ?? 'desktop'
  };
}

import type { TwoFactorSource } from '$lib/core/two-factor';

const SOURCES: Record<TwoFactorSource, string> = {
  platform: 'the installation',
  role: 'your role',
  administrator: 'an administrator'
};

/** Who asks for a second factor: "your role and the installation". */
export function sourceWords(sources: readonly TwoFactorSource[]): string {
  const names = sources.map((source) => SOURCES[source]);
  const last = names.pop() ?? 'nobody';
  return names.length === 0 ? last : `${names.join(', ')} and ${last}`;
}

/** "23 November 2026" in the viewer's locale and zone. */
export function dateWords(date: Date): string {
  return new Intl.DateTimeFormat(undefined, { dateStyle: 'long' }).format(date);
}

/** "23 November 2026 at 14:05" in the viewer's locale and zone. */
export function dateTimeWords(date: Date): string {
  return new Intl.DateTimeFormat(undefined, { dateStyle: 'long', timeStyle: 'short' }).format(date);
}

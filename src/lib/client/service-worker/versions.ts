/** The caches of the app begin so; what follows is the version they hold. */
const PREFIX = 'rolecall-app-';

export function cacheOf(version: string): string {
  return `${PREFIX}${version}`;
}

/** The versions of which this device holds a cache. */
export function keptVersions(cacheNames: readonly string[]): string[] {
  return cacheNames.filter((name) => name.startsWith(PREFIX)).map((name) => name.slice(PREFIX.length));
}

/** Versions are the time of their build: the longer number, or the greater of two as long, is the later one. */
export function isOlder(version: string, than: string): boolean {
  return version.length === than.length ? version < than : version.length < than.length;
}

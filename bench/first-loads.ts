import { firstLoads } from '../tests/support/first-load';

/** What every page of the built app loads before it runs: KB by gzip as the server sends them, and files; the largest first. */
export function firstLoadRows(): string[][] {
  return firstLoads()
    .sort((a, b) => b.bytes - a.bytes)
    .map(({ route, bytes, files }) => [
      pageOf(route),
      `${(bytes / 1024).toFixed(1)} KB`,
      String(files.length)
    ]);
}

/** The address that a route stands for: "/roles/[id]". */
const pageOf = (route: string) => route.replace('/(console)', '').replace(/\/\[\[.*?\]\]/, '') || '/';

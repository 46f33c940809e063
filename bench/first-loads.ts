import { firstLoads } from '../tests/support/first-load';

/** The most that a page may load before it runs, in KB; a test demands it. */
const AIM_KB = { before: 70, console: 160 };
/** No page: what this device opens every page with. */
const SHELL = '/shell';
const BEFORE_SIGN_IN = new Set(['/sign-in', '/setup', '/invitation']);

/**
 * Rows of the table of first loads: what every page of the built app loads before it runs, for staff, in KB by gzip as
 * the server sends them, files, and the aim; the largest first.
 */
export function firstLoadRows(): string[][] {
  return firstLoads()
    .filter(({ route }) => route !== SHELL)
    .sort((a, b) => b.bytes - a.bytes)
    .map(({ route, bytes, files }) => {
      const page = pageOf(route);
      const kb = bytes / 1024;
      const aim = BEFORE_SIGN_IN.has(page) ? AIM_KB.before : AIM_KB.console;
      return [page, `${kb.toFixed(1)} KB`, String(files.length), `≤ ${aim} KB`, kb <= aim ? 'yes' : '**no**'];
    });
}

/** The address that a route stands for: "/roles/[id]". */
const pageOf = (route: string) => route.replace('/(console)', '').replace(/\/\[\[.*?\]\]/, '') || '/';

import type { FeedEntry } from './feed-entry';

/** So many of a kind in a row are told one by one. */
const TOLD = 5;

/**
 * Gathers what one person did many times in a row, such as an import of three thousand people, into one line that
 * says how many: it must not push everything else out of sight. Whatever failed or was denied is always told one by
 * one.
 * @param entries newest first
 */
export function gatherRuns(entries: readonly FeedEntry[]): FeedEntry[] {
  const told: FeedEntry[] = [];
  for (let at = 0; at < entries.length;) {
    const first = entries[at]!;
    let end = at + 1;
    while (end < entries.length && isSame(first, entries[end]!)) end++;
    const run = entries.slice(at, end);
    told.push(...(run.length > TOLD ? [{ ...first, more: run.length - 1 }] : run));
    at = end;
  }
  return told;
}

function isSame(a: FeedEntry, b: FeedEntry): boolean {
  const isQuiet = a.outcome !== 'failed' && a.outcome !== 'denied';
  // The name too: it says whom they acted for, or what was typed by nobody who is known.
  const byOne = a.actor.id === b.actor.id && a.actor.name === b.actor.name;
  return isQuiet && byOne && a.outcome === b.outcome && a.activity === b.activity;
}

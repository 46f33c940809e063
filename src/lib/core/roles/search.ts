import type { LeafMask, PermissionTree } from './tree';
import { actionAt } from './tree';

/**
 * What people type for what the catalogue says: the words typed → the words meant. A word that the catalogue itself
 * uses in a narrower sense ("purge") stays narrow: it is a meaning here, never a typed word.
 */
const SYNONYMS: readonly (readonly [typed: string, meant: string])[] = [
  ['remove rm drop trash discard destroy wipe', 'delete remove purge erase clear'],
  ['erase wipe forget', 'erase gdpr'],
  ['see read show look list inspect browse get', 'view list summary history query inquire'],
  ['new create make insert register', 'add create'],
  ['change modify update alter rename adjust write', 'edit change update set'],
  ['kill stop halt abort', 'cancel pause suspend disable close deny revoke'],
  ['start enable launch continue', 'activate resume run enable reactivate'],
  ['off deactivate block ban freeze', 'disable suspend pause'],
  ['csv download save dump extract', 'export download'],
  ['upload load', 'import upload'],
  ['duplicate clone', 'copy clone'],
  ['mail deliver dispatch', 'send broadcast resend'],
  ['renew roll', 'rotate reset'],
  ['2fa mfa totp otp factor', '2fa'],
  ['login signin sign', 'login sign authentication sso'],
  ['secret key token credential', 'credentials key token secret password reveal'],
  ['unmask', 'reveal'],
  ['impersonate', 'login act behalf'],
  ['undo revert', 'rollback history'],
  ['audit', 'log history'],
  ['staff admin user people', 'administrators'],
  ['invoice payment money', 'billing invoices payment card'],
  ['cap quota', 'limit quota quotas limits'],
  ['mass many', 'bulk batch'],
  ['ban blacklist blocklist', 'suppression blocklists'],
  ['try check', 'test validate verify']
];

/** Shortest typed word that is looked up among the synonyms by its beginning: "re" would mean everything. */
const SHORTEST_SYNONYM = 3;

/** Where the letters that matched stand in a label: offsets, end exclusive, in order, not overlapping. */
export type MatchRange = readonly [start: number, end: number];

export type SearchIndex = {
  readonly tree: PermissionTree;
  /** By leaf: path of labels and id, in lower case, words set apart by spaces. */
  readonly texts: readonly string[];
};

/** One word of a query: itself, and what else it stands for. */
type Term = { word: string; meanings: string[] };

export type Query = { readonly terms: readonly Term[] };

/** Prepares the catalogue for searching while typing. */
export function indexSearch(tree: PermissionTree): SearchIndex {
  const texts = tree.leaves.map((node, leaf) => {
    const action = actionAt(tree, leaf);
    const labels: string[] = [];
    for (let at = node; at >= 0; at = tree.nodes[at]?.parent ?? -1) labels.push(tree.nodes[at]?.label ?? '');
    // Each word begins after a space: meanings are compared by whole words, typed words anywhere.
    return ` ${fold(labels.join(' '))} ${fold(action.id)} ${action.id.toLowerCase()} `;
  });
  return { tree, texts };
}

/** Splits what was typed into words; null when there is nothing to look for. */
export function parseQuery(typed: string): Query | null {
  const words = typed.normalize('NFKC').toLowerCase().trim().split(/\s+/u).filter(Boolean);
  if (words.length === 0) return null;
  return { terms: words.map((word) => ({ word, meanings: meaningsOf(word) })) };
}

/** Which actions have all words of the query, each in their label, path or id, or by a synonym (ROL-2). */
export function searchMask(index: SearchIndex, query: Query | null): LeafMask {
  if (!query) return null;
  const mask = new Uint8Array(index.texts.length);
  for (let leaf = 0; leaf < mask.length; leaf++) {
    const text = index.texts[leaf] ?? '';
    if (query.terms.every((term) => fits(text, term))) mask[leaf] = 1;
  }
  return mask;
}

/** Which letters of a label to set bold. */
export function matchRanges(label: string, query: Query | null): MatchRange[] {
  if (!query) return [];
  const text = label.toLowerCase();
  const found: [number, number][] = [];
  for (const { word, meanings } of query.terms) {
    const at = text.indexOf(word);
    if (at >= 0) found.push([at, at + word.length]);
    else for (const meaning of meanings) found.push(...wholeWords(text, meaning));
  }
  found.sort((a, b) => a[0] - b[0]);
  const merged: [number, number][] = [];
  for (const range of found) {
    const last = merged.at(-1);
    if (last && range[0] <= last[1]) last[1] = Math.max(last[1], range[1]);
    else merged.push(range);
  }
  return merged;
}

function fits(text: string, { word, meanings }: Term): boolean {
  return text.includes(word) || meanings.some((meaning) => text.includes(` ${meaning} `));
}

function meaningsOf(word: string): string[] {
  if (word.length < SHORTEST_SYNONYM) return [];
  const meanings = new Set<string>();
  for (const [typed, meant] of SYNONYMS) {
    if (typed.split(' ').some((candidate) => candidate.startsWith(word)))
      for (const meaning of meant.split(' ')) meanings.add(meaning);
  }
  return [...meanings];
}

/** Lower case, everything but letters and digits a space. */
function fold(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
}

function* wholeWords(text: string, word: string): Generator<[number, number]> {
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + word.length)) {
    const before = text[at - 1] ?? ' ';
    const after = text[at + word.length] ?? ' ';
    if (!/[\p{L}\p{N}]/u.test(before) && !/[\p{L}\p{N}]/u.test(after)) yield [at, at + word.length];
  }
}

import type { Action } from '../access/catalogue';
import type { LeafMask, PermissionTree } from './tree';
import { actionAt } from './tree';

/**
 * Words that people use for one another: each finds the others, for actions whose catalogue says nothing about
 * synonyms. The label and the last part of the id say what is done.
 */
const ACTIONS: readonly string[] = [
  'delete remove erase purge destroy clear drop trash discard wipe rm',
  'view see read show list inspect browse get summary query',
  'add create new insert register make invite',
  'edit change modify update alter rename adjust set write',
  'cancel suspend disable pause close stop halt abort deny revoke kill block ban freeze deactivate',
  'activate resume run enable reactivate start launch continue',
  'export download csv save dump extract',
  'import upload load',
  'copy clone duplicate',
  'send resend mail deliver dispatch',
  'rotate reset renew roll',
  'reveal unmask',
  'impersonate login signin',
  'rollback restore undo revert',
  'bulk mass many multiple batch',
  'test check verify validate try'
];

/** The same for what it is done to: anywhere in the path. */
const THINGS: readonly string[] = [
  '2fa mfa totp otp',
  'log logs audit history',
  'administrators staff admin people user',
  'invoice invoices billing payment money',
  'quota quotas cap caps limit limits',
  'suppression blacklist blocklist blocklists',
  'secret key token credential credentials password'
];

const ACTION_WORDS = wordSets(ACTIONS);
const THING_WORDS = wordSets(THINGS);

/** Shortest typed word that is looked up among the synonyms: "re" would mean everything. */
const SHORTEST_SYNONYM = 3;

/** Range of letters in a label that matched: offsets, end exclusive; several are in order and do not overlap. */
export type MatchRange = readonly [start: number, end: number];

export type SearchIndex = {
  readonly tree: PermissionTree;
  /** Path of labels and id of each leaf, in lower case. */
  readonly names: readonly string[];
  /** The same and its synonyms, of each leaf. */
  readonly texts: readonly string[];
};

export type Query = { readonly words: readonly string[] };

/** Prepares the catalogue for searching while typing. */
export function indexSearch(tree: PermissionTree): SearchIndex {
  const names: string[] = [];
  const texts: string[] = [];
  for (const [leaf, node] of tree.leaves.entries()) {
    const action = actionAt(tree, leaf);
    const labels: string[] = [];
    for (let at = node; at >= 0; at = tree.nodes[at]?.parent ?? -1) labels.push(tree.nodes[at]?.label ?? '');
    const name = `${fold(labels.join(' '))} ${fold(action.id)} ${action.id.toLowerCase()}`;
    names.push(name);
    texts.push(`${name} ${(action.synonyms ?? usualSynonyms(action, name)).join(' ').toLowerCase()}`);
  }
  return { tree, names, texts };
}

/** Splits what was typed into words; null when there is nothing to look for. */
export function parseQuery(typed: string): Query | null {
  const words = typed.normalize('NFKC').toLowerCase().trim().split(/\s+/u).filter(Boolean);
  return words.length === 0 ? null : { words };
}

/**
 * Mask of the actions that have all words of the query, each a part of a word in their label, path, id or synonyms
 * (ROL-2).
 */
export function searchMask({ names, texts }: SearchIndex, query: Query | null): LeafMask {
  if (!query) return null;
  const mask = new Uint8Array(texts.length);
  for (let leaf = 0; leaf < mask.length; leaf++) {
    const fits = query.words.every((word) => {
      const text = word.length < SHORTEST_SYNONYM ? names[leaf] : texts[leaf];
      return text?.includes(word);
    });
    if (fits) mask[leaf] = 1;
  }
  return mask;
}

/** Ranges of a label's letters to set bold: those typed, or the word that they stand for. */
export function matchRanges(label: string, query: Query | null): MatchRange[] {
  if (!query) return [];
  const text = label.toLowerCase();
  const found: [number, number][] = [];
  for (const word of query.words) {
    const at = text.indexOf(word);
    if (at >= 0) found.push([at, at + word.length]);
    else for (const meaning of meaningsOf(word)) found.push(...wholeWords(text, meaning));
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

/** Each word → the words of its sets. */
function wordSets(sets: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const words = new Map<string, string[]>();
  for (const set of sets) {
    const members = set.split(' ');
    for (const word of members) words.set(word, [...(words.get(word) ?? []), ...members]);
  }
  return words;
}

/** Synonyms that people would type for an action whose catalogue names none. */
function usualSynonyms(action: Action, name: string): string[] {
  const found = new Set<string>();
  for (const word of `${fold(action.label)} ${fold(action.id.slice(action.id.lastIndexOf('.') + 1))}`.split(
    ' '
  ))
    for (const other of ACTION_WORDS.get(word) ?? []) found.add(other);
  for (const word of name.split(' ')) for (const other of THING_WORDS.get(word) ?? []) found.add(other);
  return [...found];
}

function meaningsOf(word: string): string[] {
  if (word.length < SHORTEST_SYNONYM) return [];
  const meanings = new Set<string>();
  for (const sets of [ACTION_WORDS, THING_WORDS])
    for (const [typed, others] of sets)
      if (typed.startsWith(word)) for (const other of others) meanings.add(other);
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

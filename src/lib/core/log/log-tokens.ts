import { ipAddressKey } from '../text/ip-address';

/**
 * Entries with numbers that follow each other share a block: what is in it can be looked up for all of them at
 * once.
 */
export const BLOCK_BITS = 6;
export const BLOCK_SIZE = 1 << BLOCK_BITS;

export const blockOf = (seq: number): number => Math.floor(seq / BLOCK_SIZE);

/** Facts that an entry is filtered by, each exactly. */
export type Facts = {
  view?: string | null | undefined;
  action?: string | null | undefined;
  actor?: string | null | undefined;
  /** User in whose place it was done; found as whoever acted is. */
  behalf?: string | null | undefined;
  target?: string | null | undefined;
  outcome?: string | null | undefined;
  ip?: string | null | undefined;
};

const DIMENSIONS = ['view', 'action', 'actor', 'behalf', 'target', 'outcome', 'ip'] as const;
/** No question holds more words than this. */
const MOST_TERMS = 8;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
/** Marks between words on screen ("Contacts › Export"): nobody looks for one by itself. */
const MARKS = /^[›→·–—+−:,.…]*$/;
const SESSION = /^[a-z2-7]{26}$/;

/** Text as it is searched: small letters, one spelling, single spaces. */
export function searchable(text: string): string {
  return text.toWellFormed().replaceAll('\0', ' ').normalize('NFC').toLowerCase().replace(/\s+/g, ' ').trim();
}

/** The id of a record, a session, a request: found whole or not at all. */
export function isWholeId(term: string): boolean {
  return UUID.test(term) || SESSION.test(term);
}

/**
 * Words of a question, each of which must occur; "two words" in quotes stay together, and an address of a network is in
 * the spelling in which it is kept.
 */
export function searchTerms(question: string): string[] {
  const terms = [...searchable(question).matchAll(/"([^"]+)"|[^\s"]+/g)]
    .map(([whole, quoted]) => ipAddressKey((quoted ?? whole).trim()))
    .filter((term) => !MARKS.test(term));
  return [...new Set(terms)].slice(0, MOST_TERMS);
}

/**
 * Hashes of one entry's facts: of each, and of each two together, so that two filters that are both common and
 * never meet find nothing at once. A hash that stands for something else, too, only costs a look. Sessions as
 * targets stay alone: each is rare by itself, and there are very many.
 */
export function factTokens(facts: Facts): number[] {
  const held = DIMENSIONS.flatMap((dimension) => {
    const value = facts[dimension];
    if (value === undefined || value === null) return [];
    const filter = dimension === 'behalf' ? 'actor' : dimension;
    return [{ fact: `${filter}\0${value}`, pairs: dimension !== 'target' || !SESSION.test(value) }];
  });
  const paired = held.filter(({ pairs }) => pairs).map(({ fact }) => fact);
  return [
    ...held.map(({ fact }) => hash(fact)),
    ...paired.flatMap((one, at) => paired.slice(at + 1).map((other) => hash(`${one}\0${other}`)))
  ];
}

/**
 * Adds the hashes of all that occurs in a text: its letters, and each two, three and five in a row. Three are found
 * in many words, five hardly in another one.
 */
export function addTextTokens(text: string, into: Set<number>): void {
  // The hash of more letters begins with that of fewer: nothing is cut out of the text, which is read often.
  for (let at = 0; at < text.length; at++) {
    let value = START;
    for (let length = 1; length <= 5 && at + length <= text.length; length++) {
      value = mix(value, text.charCodeAt(at + length - 1));
      if (length !== 4) into.add(value | 0);
    }
  }
}

/** Hashes that every text with this term has. */
export function termTokens(term: string): number[] {
  if (isWholeId(term)) return [idToken(term)];
  const length = term.length >= 5 ? 5 : Math.min(term.length, 3);
  return Array.from({ length: term.length - length + 1 }, (_, at) => hash(term.slice(at, at + length)));
}

export function idToken(id: string): number {
  return hash(`id\0${id}`);
}

const START = 0x811c9dc5;

/** FNV-1a of UTF-16 code units, as a signed 32-bit number. */
function hash(text: string): number {
  let value = START;
  for (let at = 0; at < text.length; at++) value = mix(value, text.charCodeAt(at));
  return value | 0;
}

function mix(value: number, unit: number): number {
  return Math.imul(value ^ unit, 0x01000193);
}
